// Makes smaller pictures of what is downloaded before anybody asks for them, one at a time, on a
// thread of its own.
//
// Owned by the SmallerService; thread-safe. Bound: of the pictures that wait there are at most
// kMaxWaiting; what finds no room is made when it is asked for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "native-server/services/smaller/outcome_memory.h"
#include "shared/manifest/entry.h"
#include "shared/paths/local_path.h"

namespace image_cache {

struct SmallerAheadStats {
  std::size_t waiting = 0, max_waiting = 0;  // pictures
  std::uint64_t left_out = 0;                // there was no room to wait
};

class SmallerAhead {
 public:
  static constexpr std::size_t kMaxWaiting = 4096;

  // The widths that pages want, now.
  using Widths = std::function<std::vector<int>()>;
  // Makes one, and calls back when it has ended, from any thread.
  using Make = std::function<void(const LocalPath& original, int width,
                                  std::function<void(SmallerOutcome)> done)>;

  SmallerAhead(Widths widths, Make make);
  // Waits for the one that is being made.
  ~SmallerAhead();
  SmallerAhead(const SmallerAhead&) = delete;
  SmallerAhead& operator=(const SmallerAhead&) = delete;

  // This picture was downloaded just now. Quick.
  void NoteStored(const Entry& entry);

  [[nodiscard]] SmallerAheadStats Stats() const;

 private:
  void Run();
  void MakeAll(const LocalPath& original);

  const Widths widths_;
  const Make make_;

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::deque<LocalPath> waiting_;  // guarded by mutex_
  std::uint64_t left_out_ = 0;     // guarded by mutex_
  bool stopping_ = false;          // guarded by mutex_
  std::thread thread_;             // last: it uses all of the above
};

}  // namespace image_cache
