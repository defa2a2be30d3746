// Checkpoints: from time to time, all that was committed is brought to the platter, and the index
// told so. After a power loss only what is younger has to be proved (see Prover).
//
// Owned by the DiskStore; thread-safe. In this order: the revision of the last commit is noted, the
// folder's file system is synced (the pictures, and the index's log with that commit in it), then
// the revision is committed as the checkpoint's. Should that last commit be lost, an older
// checkpoint counts and more is proved than would be needed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/index_writer.h"
#include "native-server/store/proof/unproven.h"

namespace image_cache {

struct CheckpointStats {
  std::uint64_t made = 0;
  std::uint64_t failed = 0;
  std::uint64_t revision = 0;  // of the last one
};

class Checkpointer {
 public:
  // `last_revision`: of the checkpoint that the index knows. None is made while
  // something older is not proved.
  Checkpointer(CacheFolder& folder, IndexWriter& writer, std::uint64_t last_revision,
               const Unproven& unproven, std::chrono::milliseconds interval);
  ~Checkpointer();

  // Makes one soon, if something has changed.
  void MakeSoon();
  // Ends the thread and makes the last one. True when everything is on the platter.
  // REQUIRES: nobody changes the store any more.
  [[nodiscard]] bool Finish();

  [[nodiscard]] CheckpointStats Stats() const;

 private:
  void Run();
  void StopThread();
  [[nodiscard]] bool Make();

  CacheFolder& folder_;
  IndexWriter& writer_;
  const Unproven& unproven_;
  const std::chrono::milliseconds interval_;
  std::atomic<std::uint64_t> made_{0}, failed_{0}, revision_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool soon_ = false;      // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace image_cache
