// How fast files are read that nobody waits for: a bound in bytes per second, shared by all threads
// that read, and the way to stop them.
//
// Thread-safe; owned by who reads. Real time, not the Clock's: what is bounded is the disk's work.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace image_cache {

class ReadPace {
 public:
  // 0: as fast as it goes.
  explicit ReadPace(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  // Waits until `bytes` more may be read. False once stopped: then nothing is to be read.
  [[nodiscard]] bool Take(std::uint64_t bytes);
  // Waits, for something else than bytes; false once stopped.
  [[nodiscard]] bool Rest(std::chrono::milliseconds duration);

  void Stop();
  [[nodiscard]] bool stopped() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  const std::uint64_t bytes_per_second_;
  mutable std::mutex mutex_;
  std::condition_variable stop_;
  Time next_{};           // guarded by mutex_; when what was taken so far is paid for
  bool stopped_ = false;  // guarded by mutex_
};

}  // namespace image_cache
