// Actor ids: 1–64 of A-Z a-z 0-9 . _ - and no dot first, so that an id is a safe folder name.
#pragma once

#include <cstddef>
#include <string_view>

namespace image_cache {

inline constexpr std::size_t kMaxActorIdBytes = 64;

[[nodiscard]] bool IsValidActorId(std::string_view actor_id);

}  // namespace image_cache
