// The epoch of a manifest's revisions as text: 16 hexadecimal digits in lower case.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/ascii.h"

namespace image_cache {

// 0 when it is not one.
[[nodiscard]] inline std::uint64_t ParseEpoch(std::string_view text) {
  if (text.size() != 16) return 0;
  std::uint64_t epoch = 0;
  for (const char c : text) {
    if (HexDigitValue(c) < 0) return 0;
    epoch = epoch << 4 | static_cast<std::uint64_t>(HexDigitValue(c));
  }
  return epoch;
}

// Empty for 0, which is none.
[[nodiscard]] inline std::string FormatEpoch(std::uint64_t epoch) {
  std::string text;
  for (int shift = 60; epoch != 0 && shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[epoch >> shift & 15];
  }
  return text;
}

}  // namespace image_cache
