// Statistics of a service that are counted by its callbacks too, which may be called when it is
// gone: owned by all of them together, as a std::shared_ptr. Thread-safe.
#pragma once

#include <mutex>

namespace image_cache {

template <typename Stats>
class Tally {
 public:
  // REQUIRES: `change` is quick and counts nothing else here.
  template <typename Change>
  void Apply(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(stats_);
  }

  [[nodiscard]] Stats Read() const {
    const std::lock_guard lock(mutex_);
    return stats_;
  }

 private:
  mutable std::mutex mutex_;
  Stats stats_;  // guarded by mutex_
};

}  // namespace image_cache
