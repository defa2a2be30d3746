// An actor by its number in the model: two bytes in place of an id wherever one actor points to
// another.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

using UsageSlot = std::uint16_t;
inline constexpr UsageSlot kNoSlot = UINT16_MAX;
// However many are asked for.
inline constexpr std::size_t kMaxUsageSlots = 65'000;

}  // namespace image_cache
