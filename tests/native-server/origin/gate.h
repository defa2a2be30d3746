// A door that a test opens, for what waits on another thread. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace image_cache {

class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  // Returns in any case after a time that no passing test needs, so that a failing one ends.
  void Wait() {
    std::unique_lock lock(mutex_);
    opened_.wait_for(lock, std::chrono::seconds(30), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

}  // namespace image_cache
