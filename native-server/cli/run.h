// The program: reads its command line, does what it says, and turns a failure into one line on
// stderr.
#pragma once

#include <string>
#include <vector>

namespace image_cache {

// `arguments` without the program's name. Returns the exit code: 0 done, 1 failed, 2 wrong usage.
[[nodiscard]] int RunProgram(const std::vector<std::string>& arguments);

}  // namespace image_cache
