// What the cache has done since the server started: counters that any thread adds to.
//
// Owned by main; thread-safe without a lock: every counter is its own relaxed atomic.
#pragma once

#include <atomic>
#include <cstdint>

namespace image_cache {

struct StatisticsSnapshot {
  std::uint64_t hits = 0;    // pictures served, 206 and 304 included
  std::uint64_t misses = 0;  // well-formed paths of pictures that are not cached
  std::uint64_t bytes_served =
      0;  // of pictures, from the disk: what the origin did not have to send
  std::uint64_t not_modified = 0;
  // What the pictures served from the disk would have taken their origins: see OriginTimes. A 304
  // has saved nothing: the browser had the picture.
  std::uint64_t saved_us = 0;
};

class Statistics {
 public:
  void CountHit(std::uint64_t bytes, std::uint64_t saved_us) {
    hits_.fetch_add(1, std::memory_order_relaxed);
    saved_us_.fetch_add(saved_us, std::memory_order_relaxed);
    bytes_served_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void CountNotModified() {
    hits_.fetch_add(1, std::memory_order_relaxed);
    not_modified_.fetch_add(1, std::memory_order_relaxed);
  }
  void CountMiss() { misses_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] StatisticsSnapshot Read() const {
    return {.hits = hits_.load(std::memory_order_relaxed),
            .misses = misses_.load(std::memory_order_relaxed),
            .bytes_served = bytes_served_.load(std::memory_order_relaxed),
            .not_modified = not_modified_.load(std::memory_order_relaxed),
            .saved_us = saved_us_.load(std::memory_order_relaxed)};
  }

 private:
  std::atomic<std::uint64_t> hits_{0}, misses_{0}, bytes_served_{0}, not_modified_{0}, saved_us_{0};
};

}  // namespace image_cache
