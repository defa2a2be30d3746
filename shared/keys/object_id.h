// The number that stands for a picture, or an actor, in a trace.
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/fnv1a.h"

namespace image_cache {

// 63 bits, since some readers of such files have signed numbers only.
[[nodiscard]] inline std::uint64_t ObjectId(std::string_view key) { return Fnv1a(key) >> 1; }

}  // namespace image_cache
