#include "native-server/cli/description.h"

#include <string_view>

#include "native-server/cli/option_layers.h"
#include "native-server/cli/options.h"

namespace image_cache {
namespace {

ValueKind KindOf(const std::string& placeholder) {
  if (placeholder.find('|') != std::string::npos) return ValueKind::kChoice;
  for (const std::string_view file : {"FILE", "SOURCE", "TRACE"}) {
    if (placeholder == file) return ValueKind::kFile;
  }
  if (placeholder == "DIR") return ValueKind::kFolder;
  return ValueKind::kText;
}

OptionDescription Describe(const CLI::Option& option) {
  OptionDescription described;
  described.help = option.get_description();
  described.required = option.get_required();
  if (option.get_lnames().empty()) {
    described.name = option.get_name();
    described.value = KindOf(described.name);
    return described;
  }
  described.name = "--" + option.get_lnames().front();
  if (IsLayered(option)) described.environment = EnvironmentName(described.name);
  if (option.get_items_expected_max() == 0) {
    described.value = ValueKind::kNone;
    return described;
  }
  described.placeholder = option.get_option_text();
  described.value = KindOf(described.placeholder);
  if (described.value == ValueKind::kChoice) {
    described.choices = CLI::detail::split(described.placeholder, '|');
  }
  described.repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return described;
}

}  // namespace

ProgramDescription Describe(const CLI::App& app) {
  ProgramDescription program{
      .help = app.get_description(), .footer = app.get_footer(), .commands = {}};
  for (const CLI::App* subcommand : app.get_subcommands({})) {
    if (subcommand->get_group().empty()) continue;
    CommandDescription command{
        .name = subcommand->get_name(), .help = subcommand->get_description(), .options = {}};
    for (const CLI::Option* option : subcommand->get_options()) {
      if (!option->get_group().empty()) command.options.push_back(Describe(*option));
    }
    program.commands.push_back(std::move(command));
  }
  return program;
}

std::string FirstSentence(const std::string& help) {
  std::string sentence = help.substr(0, help.find(". "));
  if (const auto fallback = sentence.rfind(" ["); sentence.ends_with(']')) {
    sentence.resize(fallback);
  }
  if (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

}  // namespace image_cache
