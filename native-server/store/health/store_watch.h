// What the store does for itself between requests: it notices that its folder was emptied or
// removed, and tries a sick disk again.
//
// Owned by the DiskStore; a thread of its own, that looks ten times a second and waits for the
// disk.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>

#include "native-server/base/clock.h"
#include "native-server/base/ticker.h"
#include "native-server/store/folder/cache_home.h"
#include "native-server/store/health/store_health.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/index/index_writer.h"

namespace image_cache {

class StoreWatch {
 public:
  // `on_recovery` is called when the store is healthy again. `files` are the folder's, unwatched.
  StoreWatch(CacheHome& home, const SharedIndex& index, IndexWriter& writer, StoreHealth& health,
             FileSystem& files, const Clock& clock, std::function<void()> on_recovery);

 private:
  void Look();

  // Entries whose pictures somebody is removing now: noted as lost until no more of them go.
  void FollowRemoval();
  // How many there are whose file is gone, each noted with the writer.
  [[nodiscard]] std::size_t NoteLosses();
  [[nodiscard]] bool HaveImagesMoved();

  void ProbeIfDue();
  // Commits a change that changes nothing, on the writer's thread. What is wrong with the index.
  [[nodiscard]] std::optional<Sickness> TryIndex();

  CacheHome& home_;
  const SharedIndex& index_;
  IndexWriter& writer_;
  StoreHealth& health_;
  FileSystem& files_;
  const Clock& clock_;
  const std::function<void()> on_recovery_;

  bool following_removal_ = false;
  std::optional<ino_t> images_inode_;  // as it was last seen
  Ticker ticker_;                      // last: it uses all of the above
};

}  // namespace image_cache
