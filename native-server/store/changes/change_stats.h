// What the log of changes and the snapshots tell of themselves. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

// See ChangeLog.
struct ChangeLogStats {
  std::size_t groups = 0, max_groups = 0;
  std::size_t bytes = 0, max_bytes = 0;
  std::uint64_t oldest_revision = 0;  // from here on all changes are told
  std::uint64_t gaps = 0;             // changes that were too large to be told
};

// See SnapshotKeeper.
struct SnapshotStats {
  std::size_t bytes = 0;     // of the last one; 0 before the first
  std::uint64_t builds = 0;  // from the index; the others from the changes
  std::uint64_t writes = 0;  // in all
};

}  // namespace image_cache
