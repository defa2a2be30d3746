#include "native-server/cli/completions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace image_cache {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

template <typename Named>
std::vector<std::string> NamesOf(const std::vector<Named>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const Named& one : all) names.push_back(one.name);
  return names;
}

std::vector<OptionDescription> FlagsAndOptions(const CommandDescription& command) {
  std::vector<OptionDescription> found;
  for (const OptionDescription& option : command.options) {
    if (!option.is_positional()) found.push_back(option);
  }
  return found;
}

bool TakesFile(const CommandDescription& command) {
  return std::any_of(command.options.begin(), command.options.end(), [](const auto& option) {
    return option.is_positional() && option.value == ValueKind::kFile;
  });
}

// Before each of `special` a backslash.
std::string Escaped(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Between single quotes, where bash and zsh know no escape for a quote.
std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string BashValue(const OptionDescription& option) {
  switch (option.value) {
    case ValueKind::kChoice:
      return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\")",
                         Joined(option.choices));
    case ValueKind::kFile:
      return "compopt -o default";
    case ValueKind::kFolder:
      return "compopt -o dirnames";
    case ValueKind::kText:
    case ValueKind::kNone:
      break;
  }
  return ":";
}

std::string ZshValue(const OptionDescription& option) {
  const std::string placeholder =
      Escaped(option.is_positional() ? option.name : option.placeholder, ":");
  switch (option.value) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return fmt::format(":{}:({})", "value", Joined(option.choices));
    case ValueKind::kFile:
      return fmt::format(":{}:_files", placeholder);
    case ValueKind::kFolder:
      return fmt::format(":{}:_files -/", placeholder);
    case ValueKind::kText:
      break;
  }
  return fmt::format(":{}: ", placeholder);
}

std::string ZshArgument(const OptionDescription& option) {
  if (option.is_positional()) return ShellQuoted("1" + ZshValue(option));
  return ShellQuoted(fmt::format("{}{}[{}]{}", option.repeatable ? "*" : "", option.name,
                                 Escaped(FirstSentence(option.help), "[]:"), ZshValue(option)));
}

std::string FishValue(const OptionDescription& option) {
  switch (option.value) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kChoice:
      return fmt::format(" -x -a '{}'", Joined(option.choices));
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kText:
      break;
  }
  return " -x";
}

std::string FishQuoted(std::string_view text) { return "'" + Escaped(text, "\\'") + "'"; }

}  // namespace

std::string BashCompletion(const ProgramDescription& program) {
  std::string values;
  std::string options;
  for (const CommandDescription& command : program.commands) {
    for (const OptionDescription& option : FlagsAndOptions(command)) {
      if (option.value == ValueKind::kNone) continue;
      values +=
          fmt::format("    {}:{}) {}; return ;;\n", command.name, option.name, BashValue(option));
    }
    if (TakesFile(command)) {
      options += fmt::format("    {}) [[ $word == -* ]] || {{ compopt -o default; return; }} ;;&\n",
                             command.name);
    }
    options += fmt::format("    {}) words='{}' ;;\n", command.name,
                           Joined(NamesOf(FlagsAndOptions(command))));
  }
  return fmt::format(R"(# bash completion for image-cache
_image_cache() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} words=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- "$word")
    return
  fi
  case ${{COMP_WORDS[1]}}:$before in
{}  esac
  case ${{COMP_WORDS[1]}} in
{}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}}
complete -F _image_cache image-cache
)",
                     Joined(NamesOf(program.commands)), values, options);
}

std::string ZshCompletion(const ProgramDescription& program) {
  std::string commands;
  std::string arguments;
  for (const CommandDescription& command : program.commands) {
    commands +=
        "    " + ShellQuoted(command.name + ":" + Escaped(FirstSentence(command.help), ":")) + "\n";
    arguments += fmt::format("    {}) _arguments", command.name);
    for (const OptionDescription& option : command.options) {
      arguments += " \\\n      " + ZshArgument(option);
    }
    arguments += " ;;\n";
  }
  return fmt::format(R"(#compdef image-cache
_image_cache() {{
  local -a commands=(
{}  )
  if ((CURRENT == 2)); then
    _describe subcommand commands
    return
  fi
  ((CURRENT--))
  shift words
  case $words[1] in
{}  esac
}}
_image_cache "$@"
)",
                     commands, arguments);
}

std::string FishCompletion(const ProgramDescription& program) {
  std::string script = "# fish completion for image-cache\n";
  for (const CommandDescription& command : program.commands) {
    script += fmt::format("complete -c image-cache -n __fish_use_subcommand -f -a {} -d {}\n",
                          command.name, FishQuoted(FirstSentence(command.help)));
    const std::string when =
        fmt::format("complete -c image-cache -n '__fish_seen_subcommand_from {}'", command.name);
    script += fmt::format("{} {}\n", when, TakesFile(command) ? "-F" : "-f");
    for (const OptionDescription& option : FlagsAndOptions(command)) {
      script += fmt::format("{} -l {}{} -d {}\n", when, option.name.substr(2), FishValue(option),
                            FishQuoted(FirstSentence(option.help)));
    }
  }
  return script;
}

}  // namespace image_cache
