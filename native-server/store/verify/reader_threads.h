// A few threads that read the pictures that one other thread finds.
//
// Owned by that thread. Between them is a queue of kMaxQueued paths: who finds faster than is read
// waits. Destroying it waits until all that was handed over has been read.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "shared/paths/local_path.h"

namespace image_cache {

class ReaderThreads {
 public:
  static constexpr std::size_t kMaxQueued = 256;

  // `read` is called on any of the threads. `in_idle_time`: with the lowest priority there is.
  ReaderThreads(unsigned threads, bool in_idle_time, std::function<void(const LocalPath&)> read);
  ~ReaderThreads();

  void Read(LocalPath path);

 private:
  void Run();

  const bool in_idle_time_;
  const std::function<void(const LocalPath&)> read_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LocalPath> queue_;  // guarded by mutex_
  bool ending_ = false;          // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace image_cache
