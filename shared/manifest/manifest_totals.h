// How many pictures, and how large together: of a manifest, of a snapshot, of one actor in them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

struct ManifestTotals {
  std::size_t entries = 0;
  std::uint64_t size_bytes = 0;

  friend bool operator==(const ManifestTotals&, const ManifestTotals&) = default;
};

}  // namespace image_cache
