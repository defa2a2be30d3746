// Scripts that make a shell complete the program's subcommands, options and their values.
#pragma once

#include <string>

#include "native-server/cli/description.h"

namespace image_cache {

[[nodiscard]] std::string BashCompletion(const ProgramDescription& program);
[[nodiscard]] std::string ZshCompletion(const ProgramDescription& program);
[[nodiscard]] std::string FishCompletion(const ProgramDescription& program);

}  // namespace image_cache
