// What a smaller picture is, in an answer of the operation kShrink.
#pragma once

#include <cstdint>

namespace image_cache {

enum class ShrunkType : std::uint64_t { kJpeg = 1, kWebp = 2 };

}  // namespace image_cache
