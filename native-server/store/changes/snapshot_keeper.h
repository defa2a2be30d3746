// The manifest as a compact snapshot (docs/snapshot.md), made once for each revision that somebody
// asks for.
//
// Owned by the DiskStore; thread-safe. The first to ask makes it from the index, which takes a
// second at a million entries; from then on it is a reader like any page: it catches up by the
// change log, and only when that does not reach back so far it is made anew. Who asks meanwhile
// waits and shares the outcome; who looks up a picture waits for nothing. A large index is read
// from the disk, without its lock; a small one in memory, as its JSON is. Bound: about 23 bytes an
// entry for the table and as many for what is sent, another 23 while changes are merged, and what
// is still being sent of older ones.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "native-server/store/changes/change_log.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/store.h"
#include "shared/keys/cache_key_maker.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {

class SnapshotKeeper {
 public:
  struct Source {
    const SharedIndex& index;
    CacheFolder& folder;
    const ChangeLog& changes;
    S3Addressing addressing;
    std::size_t max_entries_in_memory;
  };
  explicit SnapshotKeeper(Source source);

  // Never null. Throws std::runtime_error when a large index cannot be read.
  [[nodiscard]] std::shared_ptr<const ManifestSnapshot> Current();
  // The tag of what Current would give now, without making it.
  [[nodiscard]] std::string CurrentEtag() const { return EtagOf(source_.changes.revision()); }
  [[nodiscard]] SnapshotStats Stats() const;

 private:
  [[nodiscard]] std::string EtagOf(std::uint64_t revision) const;
  // REQUIRES for these: mutex_ is held.
  [[nodiscard]] bool CatchUp();  // false when the table must be made anew
  void Build();
  [[nodiscard]] SnapshotTable ReadMemory() const;
  [[nodiscard]] SnapshotTable ReadDisk() const;
  [[nodiscard]] SnapshotTable EmptyTable(std::uint64_t revision,
                                         std::int64_t last_updated_ms) const;

  const Source source_;
  const std::string form_;  // a hash of all that the bytes depend on besides the entries
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::uint64_t> builds_{0}, writes_{0};

  std::mutex mutex_;
  CacheKeyMaker keys_;                  // guarded by mutex_
  std::optional<SnapshotTable> table_;  // guarded by mutex_; nothing before somebody has asked
  std::shared_ptr<const ManifestSnapshot>
      current_;  // guarded by mutex_; the table's content, or null
};

}  // namespace image_cache
