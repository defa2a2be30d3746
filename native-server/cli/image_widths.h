// The value of --image-widths.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace image_cache {

inline constexpr std::size_t kMaxImageWidths = 16;
inline constexpr int kMinImageWidth = 16;
inline constexpr int kMaxImageWidth = 4096;

// "64,256" in any order; none for "off" and for nothing. The error says what is wrong with it.
[[nodiscard]] tl::expected<std::vector<int>, std::string> ParseImageWidths(std::string_view text);
[[nodiscard]] std::string FormatImageWidths(const std::vector<int>& widths);

}  // namespace image_cache
