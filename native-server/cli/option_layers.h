// Flag before environment variable before config file before default.
//
// CLI11 has the file before the environment. So the command line is parsed once to see what it
// gives, what it does not give is added to it from the environment or else from the file, and the
// result is parsed in earnest: every value is then checked by the same rules, wherever it came
// from.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"

namespace image_cache {

// What was given for each option, by its long name; what has its default is not in it.
using GivenOptions = std::map<std::string, std::vector<std::string>>;

struct CommandLine {
  std::string subcommand;
  Settings settings;
  GivenOptions given;
  bool config_is_empty = false;  // there is a config file, and it has not a byte
  std::string printed;  // what --help and --version print; then there is nothing else to do
};

// `arguments` without the program's name. `getenv` is a seam for tests.
// Fails as wrong usage; the message names the option, and where its value came from.
[[nodiscard]] Outcome<CommandLine> ParseCommandLine(
    const std::vector<std::string>& arguments,
    const std::function<const char*(const char*)>& getenv);

// "--max-size" → "IMAGE_CACHE_MAX_SIZE".
[[nodiscard]] std::string EnvironmentName(const std::string& option);

}  // namespace image_cache
