// A file of the operator's, read whole.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace image_cache {

// The error is what the system says: "No such file or directory".
[[nodiscard]] tl::expected<std::string, std::string> ReadTextFile(const std::string& path);

}  // namespace image_cache
