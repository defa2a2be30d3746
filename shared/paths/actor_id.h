// Actor ids: 1–64 of A-Z a-z 0-9 . _ - and no dot first, so that an id is a safe folder name.
#pragma once

#include <cstddef>
#include <string_view>

namespace image_cache {

inline constexpr std::size_t kMaxActorIdBytes = 64;

// For people who gave another one.
inline constexpr std::string_view kActorIdRule =
    "An actor id is 1 to 64 of A-Z a-z 0-9 . _ - and does not start with a dot.";

[[nodiscard]] bool IsValidActorId(std::string_view actor_id);

// Whose picture it is when nobody says so: the folder that holds it in its bucket
// ("https://s3.amazonaws.com/training/faces/0001/a.jpg" is of "0001"), or kDefaultActorId when it
// is in none or the folder's name is no actor id. `cache_key` is MakeCacheKey's, or empty; the
// result is a view into it, or a constant.
inline constexpr std::string_view kDefaultActorId = "default";
[[nodiscard]] std::string_view DefaultActorId(std::string_view cache_key);

}  // namespace image_cache
