// The entries of a cache that was made and not downloaded: 25 pictures an actor, under names, URLs
// and ETags as long as real ones are.
#pragma once

#include <cstdint>
#include <string>

#include "shared/manifest/entry.h"

namespace image_cache::bench {

inline constexpr std::uint64_t kPicturesPerActor = 25;

[[nodiscard]] std::string GeneratedActor(std::uint64_t number);
// The cache key of the picture.
[[nodiscard]] std::string GeneratedKey(std::uint64_t number);
// A small picture, of its own for each number.
[[nodiscard]] std::string GeneratedContent(std::uint64_t number);
// As if that content had been cached under that key.
[[nodiscard]] Entry GeneratedEntry(std::uint64_t number);

}  // namespace image_cache::bench
