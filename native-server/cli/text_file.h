// A file of the operator's, read whole.
#pragma once

#include <cstddef>
#include <string>
#include <tl/expected.hpp>

namespace image_cache {

// Nobody writes more by hand. "/dev/zero" has no end.
inline constexpr std::size_t kMaxTextFileBytes = std::size_t{1} << 20;

// The error is what the system says: "No such file or directory"; or that it is too large.
[[nodiscard]] tl::expected<std::string, std::string> ReadTextFile(const std::string& path);

}  // namespace image_cache
