// The 64-bit FNV-1a hash (draft-eastlake-fnv): short, the same on every machine, and good enough
// where nobody gains by finding two texts with one hash.
#pragma once

#include <cstdint>
#include <string_view>

namespace image_cache {

[[nodiscard]] constexpr std::uint64_t Fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace image_cache
