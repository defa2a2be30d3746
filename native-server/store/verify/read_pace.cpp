#include "native-server/store/verify/read_pace.h"

#include <algorithm>

namespace image_cache {

bool ReadPace::Take(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  if (bytes_per_second_ == 0) return !stopped_;
  // Each taker's turn comes when those before it are paid for. Time in which nobody read is not
  // saved up: after a pause the pace is the same.
  const Time turn = std::max(next_, std::chrono::steady_clock::now());
  const std::chrono::duration<double> cost(static_cast<double>(bytes) /
                                           static_cast<double>(bytes_per_second_));
  // A year is longer than anybody waits, and what a clock can hold.
  constexpr std::chrono::duration<double> kLongest = std::chrono::hours(24 * 365);
  next_ = turn + std::chrono::duration_cast<std::chrono::nanoseconds>(std::min(cost, kLongest));
  stop_.wait_until(lock, turn, [this] { return stopped_; });
  return !stopped_;
}

bool ReadPace::Rest(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  return !stop_.wait_for(lock, duration, [this] { return stopped_; });
}

void ReadPace::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_.notify_all();
}

bool ReadPace::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

}  // namespace image_cache
