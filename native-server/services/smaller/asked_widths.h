// Which widths pages have asked for lately.
//
// Owned by the SmallerService; thread-safe, and cheap enough for each picture that is served.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace image_cache {

class AskedWidths {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `widths` rise; of `lately` 0 nothing is ever told.
  AskedWidths(std::vector<int> widths, std::chrono::milliseconds lately)
      : widths_(std::move(widths)), lately_(lately), asked_(widths_.size()) {
    for (auto& asked : asked_) asked.store(kNever, std::memory_order_relaxed);
  }

  [[nodiscard]] const std::vector<int>& widths() const { return widths_; }

  // REQUIRES: `width` is one of widths().
  void Note(int width, TimePoint now) {
    if (lately_.count() == 0) return;
    const auto at = std::lower_bound(widths_.begin(), widths_.end(), width) - widths_.begin();
    std::atomic<TimePoint>& asked = asked_[static_cast<std::size_t>(at)];
    // Seldom written, so that the threads that serve do not take the line from each other.
    if (asked.load(std::memory_order_relaxed) + kGrain > now) return;
    asked.store(now, std::memory_order_relaxed);
  }

  [[nodiscard]] std::vector<int> Lately(TimePoint now) const {
    std::vector<int> lately;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const TimePoint asked = asked_[i].load(std::memory_order_relaxed);
      if (asked != kNever && now - asked < lately_) lately.push_back(widths_[i]);
    }
    return lately;
  }

 private:
  static constexpr std::chrono::seconds kGrain{1};
  static constexpr TimePoint kNever{TimePoint::duration::min() / 2};

  const std::vector<int> widths_;
  const std::chrono::milliseconds lately_;
  std::vector<std::atomic<TimePoint>> asked_;  // as widths_
};

}  // namespace image_cache
