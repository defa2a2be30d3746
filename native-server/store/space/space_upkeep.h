// What is done for the disk's space when nobody waits for it: room is made ahead of need, and what
// the eviction policy has learnt is kept over restarts.
//
// Owned by the DiskStore, as a thread of its own that mostly sleeps; it goes before the index
// writer does, which it hands the policy's state to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "native-server/store/space/space_keeper.h"

namespace image_cache {

// The note in the index that the policy's state is kept under.
inline constexpr const char* kEvictionNote = "eviction";
// And when actors were opened last.
inline constexpr const char* kLastUsesNote = "last-uses";

class SpaceUpkeep {
 public:
  // Puts a state away under a name; may be called again before it is done.
  using Save = std::function<void(const char* note, std::string state)>;

  SpaceUpkeep(SpaceKeeper& space, Save save,
              std::chrono::milliseconds save_every = std::chrono::minutes(1));
  // Saves a last time.
  ~SpaceUpkeep();

 private:
  void Run();
  void SaveIfChanged();

  SpaceKeeper& space_;
  const Save save_;
  const std::chrono::milliseconds save_every_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_tight_ = false;  // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace image_cache
