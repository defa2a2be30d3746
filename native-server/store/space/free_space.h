// What a file system has left for us. What it does not say counts as without end.
#pragma once

#include <cstdint>
#include <limits>

namespace image_cache {

struct FreeSpace {
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t inodes = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace image_cache
