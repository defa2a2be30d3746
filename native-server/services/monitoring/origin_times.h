// How long origins take: what a picture that is served from the disk has saved whoever looks at it.
//
// A hit of so many bytes would have taken its origin the time to the first byte and then so long
// for each byte. Both are learnt for each origin from its latest whole downloads, a download's
// weight falling to a half over about kHalfLife later ones, and the bytes' by their number, so
// large pictures say how fast an origin is and all say how soon it begins. Waiting for a turn is no
// origin's time and is not counted; nor is what serving takes here, which is microseconds. A
// picture of an origin that was never measured saves what all origins together take.
//
// Owned by main; thread-safe. Note takes a lock; a cost is two relaxed reads, wherever it is asked.
// Bounded: kMaxOrigins, later ones count with all together.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace image_cache {

// What a picture of this origin costs; stays where it is as long as the OriginTimes do.
class OriginCost {
 public:
  [[nodiscard]] std::uint64_t Microseconds(std::uint64_t bytes) const {
    return first_byte_us_.load(std::memory_order_relaxed) +
           bytes * picoseconds_per_byte_.load(std::memory_order_relaxed) / 1'000'000;
  }

 private:
  friend class OriginTimes;
  struct Sums {  // of which the older parts fade
    double downloads = 0, first_bytes_us = 0, transfers_us = 0, bytes = 0;
  };
  void Learn(const Sums& one);
  void Publish();

  std::atomic<std::uint64_t> first_byte_us_{0};
  // A fast origin takes less than a nanosecond.
  std::atomic<std::uint64_t> picoseconds_per_byte_{0};
  Sums sums_;  // guarded by the owner's mutex
};

struct DownloadTime {
  std::chrono::microseconds first_byte{0};  // from the request until the answer's head
  std::chrono::microseconds transfer{0};    // from there until the last byte
  std::uint64_t bytes = 0;
};

class OriginTimes {
 public:
  static constexpr std::size_t kMaxOrigins = 64;
  static constexpr std::size_t kMaxOriginBytes = 320;  // a host and a bucket of S3
  static constexpr double kHalfLife = 32;              // downloads

  // A whole download of the picture with this cache key.
  void Note(std::string_view key, const DownloadTime& time);
  // What a picture with this cache key costs. Never null.
  [[nodiscard]] const OriginCost* Of(std::string_view key) const;
  [[nodiscard]] std::size_t origins() const;

  // For the next run, which knows no better at first: as JSON, about 100 bytes an origin.
  [[nodiscard]] std::string Write() const;
  // What an earlier run has written; anything else is ignored. Call it before anything is noted.
  void Restore(std::string_view written);

  // "https://s3.amazonaws.com/bucket" of a key: the buckets of one host may lie in different parts
  // of the world.
  [[nodiscard]] static std::string_view OriginOf(std::string_view key);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, OriginCost, std::less<>> by_origin_;  // guarded by mutex_
  OriginCost all_;
};

}  // namespace image_cache
