// The two clocks of the server, as a seam for tests.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace image_cache {

// As of the kernel's last tick, at most 10 ms ago: for what is asked with every request.
[[nodiscard]] inline std::chrono::steady_clock::time_point CoarseMonotonicNow() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::chrono::steady_clock::time_point(std::chrono::seconds(now.tv_sec) +
                                               std::chrono::nanoseconds(now.tv_nsec));
}

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t NowMs() const = 0;  // since the Unix epoch
  [[nodiscard]] virtual std::chrono::steady_clock::time_point Monotonic() const = 0;
  // See CoarseMonotonicNow.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point MonotonicCoarse() const {
    return Monotonic();
  }
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowMs() const override {
    using std::chrono::milliseconds;
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  [[nodiscard]] std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::chrono::steady_clock::time_point MonotonicCoarse() const override {
    return CoarseMonotonicNow();
  }
};

}  // namespace image_cache
