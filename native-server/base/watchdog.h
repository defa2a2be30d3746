// Tells the service manager that the event loops go round: one that hangs is found, and the server
// started anew (sd_watchdog_enabled(3)).
//
// It is told when each of the loops has beaten since the last time, so one that stands still is not
// covered by the others; and three times within the manager's deadline, not with every beat.
// Owned by main; thread-safe. Without a deadline a beat is one comparison.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace image_cache {

class Watchdog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `deadline` is how long the manager waits for a word before it acts; zero: nobody waits.
  Watchdog(std::chrono::microseconds deadline, std::size_t loops, std::function<void()> tell);

  // REQUIRES: loop < loops. Each loop calls it at least once a second, from inside.
  void Beat(std::size_t loop, Time now);

 private:
  const std::chrono::microseconds pause_;  // between two words; zero: never one
  const std::function<void()> tell_;
  std::mutex mutex_;  // guards everything below
  std::vector<bool> has_beaten_;
  Time told_;
};

}  // namespace image_cache
