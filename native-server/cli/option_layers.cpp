#include "native-server/cli/option_layers.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "native-server/cli/config_file.h"
#include "native-server/cli/options.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

using GetEnv = std::function<const char*(const char*)>;

// An argument that was added, and where it came from.
struct Addition {
  std::string option;  // "--max-size"
  std::string argument;
  std::string source;  // "IMAGE_CACHE_MAX_SIZE", "image-cache.toml:3"
};

std::string LongName(const CLI::Option& option) {
  return option.get_lnames().empty() ? "" : "--" + option.get_lnames().front();
}

// Whether `message` is about `option`: "--min-free-inodes: …" is not about "--min-free".
bool IsAbout(const std::string& message, const std::string& option) {
  const std::size_t at = message.find(option);
  if (at == std::string::npos) return false;
  const std::size_t end = at + option.size();
  return end == message.size() || (message[end] != '-' && !IsAsciiAlnum(message[end]));
}

// "--max-size: '10XB' is not a size … (from IMAGE_CACHE_MAX_SIZE)". CLI11 words what is unknown or
// missing itself; where to read on is added.
Failure Describe(const CLI::ParseError& error, const std::string& subcommand,
                 const std::vector<Addition>& additions) {
  std::string message = OneLine(error.what());
  for (const Addition& addition : additions) {
    if (IsAbout(message, addition.option)) {
      return {kExitUsage, message + " (from " + addition.source + ")"};
    }
  }
  if (!message.empty() && message.back() == '.') message.pop_back();
  return {kExitUsage,
          message + "; see image-cache " + (subcommand.empty() ? "" : subcommand + " ") + "--help"};
}

// The first one of the command line that there is not, without its value.
std::optional<std::string> UnknownOption(const CLI::App& app) {
  for (const std::string& argument : app.remaining(/*recurse=*/true)) {
    if (argument.starts_with('-')) return argument.substr(0, argument.find('='));
  }
  return std::nullopt;
}

auto RefuseEmpty(const std::string& name) {
  return WrongUsage(name + " has an empty value; give it one, or leave it out");
}

// An empty value is a variable of a shell that is not set, and never meant: "clear ''" would remove
// everything.
Outcome<void> RefuseEmptyValues(const CLI::App& subcommand) {
  for (const CLI::Option* option : subcommand.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.empty()) return RefuseEmpty(option->get_name());
    }
  }
  return {};
}

GivenOptions Given(const CLI::App& subcommand) {
  GivenOptions given;
  for (const CLI::Option* option : subcommand.get_options()) {
    if (IsLayered(*option) && option->count() > 0) given[LongName(*option)] = option->results();
  }
  return given;
}

// Parses into `command`. `additions` only serve to explain what is wrong.
Outcome<void> Parse(CLI::App& app, std::vector<std::string> arguments, CommandLine& command,
                    const std::vector<Addition>& additions) {
  for (const std::string& argument : arguments) {
    // CLI11 takes the next argument for its value.
    if (argument.starts_with("--") && argument.ends_with('=')) {
      return RefuseEmpty(argument.substr(0, argument.size() - 1));
    }
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    command.printed = app.help();
  } catch (const CLI::CallForVersion& version) {
    command.printed = std::string(version.what()) + "\n";
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    // CLI11 says only that one is required.
    if (const auto left = app.remaining();
        chosen.empty() && !left.empty() && !left.front().starts_with('-')) {
      return WrongUsage("there is no subcommand '" + left.front() + "'; see image-cache --help");
    }
    const std::string subcommand = chosen.empty() ? "" : chosen.front()->get_name();
    // CLI11 repeats the values of what it does not know: of "--token SECRET", too.
    if (const auto option = UnknownOption(app)) {
      return WrongUsage("there is no option '" + *option + "'; see image-cache " +
                        (subcommand.empty() ? "" : subcommand + " ") + "--help");
    }
    return tl::make_unexpected(Describe(error, subcommand, additions));
  }
  if (const auto chosen = app.get_subcommands(); !chosen.empty()) {
    if (auto refused = RefuseEmptyValues(*chosen.front()); !refused) return refused;
    command.subcommand = chosen.front()->get_name();
    command.given = Given(*chosen.front());
  }
  return {};
}

std::optional<std::string> Lookup(const GetEnv& getenv, const std::string& name) {
  const char* value = getenv(name.c_str());
  // An empty variable is one that is not set: shells cannot unset for one command.
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void AddFromEnvironment(const CLI::Option& option, const std::string& value,
                        std::vector<Addition>& additions) {
  const std::string name = LongName(option);
  const bool list = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  const std::vector<std::string> values =
      list ? CLI::detail::split(value, ',') : std::vector<std::string>{value};
  for (const std::string& one : values) {
    const std::string trimmed = CLI::detail::trim_copy(one);
    if (trimmed.empty()) continue;  // as behind the last comma
    additions.push_back({name, name + "=" + trimmed, EnvironmentName(name)});
  }
}

// What the command line leaves open. REQUIRES: `subcommand` was parsed.
std::vector<Addition> OpenOptions(const CLI::App& subcommand, const GetEnv& getenv,
                                  const ConfigFile& file, const std::string& file_path) {
  std::vector<Addition> additions;
  for (const CLI::Option* option : subcommand.get_options()) {
    if (!IsLayered(*option) || option->count() > 0) continue;
    const std::string name = LongName(*option);
    if (const auto value = Lookup(getenv, EnvironmentName(name))) {
      AddFromEnvironment(*option, *value, additions);
    } else if (const auto set = file.values.find(name.substr(2)); set != file.values.end()) {
      for (const std::string& one : set->second.values) {
        if (one.empty()) continue;  // not set, as an empty variable is not
        additions.push_back(
            {name, name + "=" + one, file_path + ":" + std::to_string(set->second.line)});
      }
    }
  }
  return additions;
}

// One file serves all subcommands, so a key of any of them is known.
Outcome<void> CheckKeys(const CLI::App& app, const ConfigFile& file, const std::string& path) {
  std::set<std::string> known;
  for (const CLI::App* subcommand : app.get_subcommands({})) {
    for (const CLI::Option* option : subcommand->get_options()) {
      if (IsLayered(*option)) known.insert(LongName(*option).substr(2));
    }
  }
  for (const auto& [key, value] : file.values) {
    if (known.count(key) == 0) {
      return WrongUsage(path + ":" + std::to_string(value.line) + ": there is no option '" + key +
                        "'; image-cache serve --help lists them");
    }
  }
  return {};
}

}  // namespace

std::string EnvironmentName(const std::string& option) {
  std::string name = "IMAGE_CACHE_" + option.substr(2);
  for (char& c : name) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

Outcome<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments,
                                      const GetEnv& getenv) {
  CommandLine first;
  const auto look = MakeApp(first.settings);
  if (auto parsed = Parse(*look, arguments, first, {}); !parsed) {
    return tl::make_unexpected(parsed.error());
  }
  if (!first.printed.empty()) return first;

  const CLI::App& subcommand = *look->get_subcommand(first.subcommand);
  // A subcommand without settings has none.
  const CLI::Option* config = subcommand.get_option_no_throw("--config");
  if (config == nullptr) return first;
  std::string path = config->count() > 0 ? config->as<std::string>() : "";
  if (path.empty()) path = Lookup(getenv, "IMAGE_CACHE_CONFIG").value_or("");
  ConfigFile file;
  if (!path.empty()) {
    auto read = ReadConfigFile(path);
    if (!read) return tl::make_unexpected(read.error());
    file = std::move(*read);
    if (auto checked = CheckKeys(*look, file, path); !checked) {
      return tl::make_unexpected(checked.error());
    }
  }

  const std::vector<Addition> additions = OpenOptions(subcommand, getenv, file, path);
  std::vector<std::string> all = arguments;
  const auto place = std::find(all.begin(), all.end(), first.subcommand) + 1;
  std::vector<std::string> added;
  added.reserve(additions.size());
  for (const Addition& addition : additions) added.push_back(addition.argument);
  all.insert(place, added.begin(), added.end());

  CommandLine command;
  command.config_is_empty = file.is_empty;
  const auto app = MakeApp(command.settings);
  if (auto parsed = Parse(*app, all, command, additions); !parsed) {
    return tl::make_unexpected(parsed.error());
  }
  return command;
}

}  // namespace image_cache
