// How long things took: how many up to each of a few bounds, and their sum. Not thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace image_cache {

class DurationHistogram {
 public:
  // From a disk nearby to an origin that is nearly given up.
  static constexpr std::array<std::chrono::milliseconds, 12> kBounds{
      {std::chrono::milliseconds(1), std::chrono::milliseconds(5), std::chrono::milliseconds(10),
       std::chrono::milliseconds(25), std::chrono::milliseconds(50), std::chrono::milliseconds(100),
       std::chrono::milliseconds(250), std::chrono::milliseconds(500),
       std::chrono::milliseconds(1000), std::chrono::milliseconds(2500),
       std::chrono::milliseconds(10'000), std::chrono::milliseconds(60'000)}};

  void Add(std::chrono::microseconds time) {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && time > kBounds[bucket]) ++bucket;
    ++counts_[bucket];
    ++count_;
    sum_ += time;
  }

  // Of times over the bound before and up to this one; the last is of those over all bounds.
  [[nodiscard]] const std::array<std::uint64_t, kBounds.size() + 1>& counts() const {
    return counts_;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double sum_seconds() const { return std::chrono::duration<double>(sum_).count(); }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  std::uint64_t count_ = 0;
  std::chrono::microseconds sum_{0};
};

}  // namespace image_cache
