// How fast prefetching goes, in bytes and in images, smoothed over the last seconds in which
// anything ran: idle time says nothing about the network. Owned by PrefetchQueue; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

namespace image_cache {

class PrefetchRate {
 public:
  // Something starts, and nothing ran before.
  void Begin(std::int64_t now_ms) { since_ms_ = now_ms; }

  // What has come since Begin() or the last Add().
  void Add(std::uint64_t bytes, std::size_t images, std::int64_t now_ms) {
    new_bytes_ += static_cast<double>(bytes);
    new_images_ += static_cast<double>(images);
    const auto ms = static_cast<double>(now_ms - since_ms_);
    if (ms <= 0) return;  // counted with what comes next
    // As exact as an exponential needs to be here, without the library's code for one.
    const double weight = is_known_ ? ms / (ms + kMemoryMs) : 1;
    bytes_per_ms_ += weight * (new_bytes_ / ms - bytes_per_ms_);
    images_per_ms_ += weight * (new_images_ / ms - images_per_ms_);
    is_known_ = true;
    since_ms_ = now_ms;
    new_bytes_ = new_images_ = 0;
  }

  // Both are 0 until something has come.
  [[nodiscard]] double bytes_per_ms() const { return bytes_per_ms_; }
  [[nodiscard]] double images_per_ms() const { return images_per_ms_; }

 private:
  static constexpr double kMemoryMs = 3000;

  bool is_known_ = false;
  std::int64_t since_ms_ = 0;
  double new_bytes_ = 0, new_images_ = 0;
  double bytes_per_ms_ = 0, images_per_ms_ = 0;
};

}  // namespace image_cache
