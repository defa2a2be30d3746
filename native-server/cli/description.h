// The program's subcommands and options as plain data, taken from what the command line is parsed
// with: what the manual and the shells' completions are written from, so that neither is written by
// hand.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace image_cache {

enum class ValueKind { kNone, kText, kChoice, kFile, kFolder };

struct OptionDescription {
  std::string name;         // "--max-size"; of a positional one "FILE"
  std::string placeholder;  // "SIZE"; empty for a flag and a positional
  std::string help;
  std::string environment;  // "IMAGE_CACHE_MAX_SIZE"; empty when there is none
  ValueKind value = ValueKind::kText;
  std::vector<std::string> choices;  // of kChoice
  bool repeatable = false;
  bool required = false;

  [[nodiscard]] bool is_positional() const { return !name.starts_with('-'); }
};

struct CommandDescription {
  std::string name;
  std::string help;
  std::vector<OptionDescription> options;  // positional ones too, in the order of --help
};

struct ProgramDescription {
  std::string help;
  std::string footer;
  std::vector<CommandDescription> commands;
};

// Without what is hidden from --help.
[[nodiscard]] ProgramDescription Describe(const CLI::App& app);

// "Where to listen. Port 0 …" → "Where to listen".
[[nodiscard]] std::string FirstSentence(const std::string& help);

}  // namespace image_cache
