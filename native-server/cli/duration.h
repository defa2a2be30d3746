// Spans of time as people write them: "30s", "10m", "1h", "7d".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace image_cache {

// A whole number from 1 and one of s, m, h, d. A bare number is none: whoever writes it may mean
// any of them. Nothing for anything else, and for more than ten years.
[[nodiscard]] std::optional<std::chrono::seconds> ParseDuration(std::string_view text);

// In the largest unit that it is a whole number of: "10m". REQUIRES: not negative.
[[nodiscard]] std::string FormatDuration(std::chrono::seconds duration);

}  // namespace image_cache
