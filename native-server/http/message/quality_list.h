// A list in which a client says what it likes: "br;q=0.5, gzip" (RFC 9110 §12.4.2, §12.5).
#pragma once

#include <string_view>

namespace image_cache {

inline constexpr int kFullQuality = 1000;

// Takes what is before the separator, or all of it, off the text; without the spaces around it.
[[nodiscard]] std::string_view TakeUntil(std::string_view& text, char separator);

// The "q=0.5" of an item's parameters, in thousandths; kFullQuality when there is none, 0 when it
// cannot be read.
[[nodiscard]] int ReadQuality(std::string_view parameters);

}  // namespace image_cache
