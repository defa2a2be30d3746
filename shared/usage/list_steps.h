// How people walk along the list of actors: how often the next one opened was one further, two
// further, one back, …
//
// Plain data, used by one thread. Every opening makes what is known of earlier ones worth less.
#pragma once

#include <array>
#include <cstddef>

namespace image_cache {

class ListSteps {
 public:
  static constexpr std::ptrdiff_t kFarthest = 4;
  static constexpr std::size_t kKinds = 2 * kFarthest + 1;  // −4 … +4; none is at 0
  static constexpr float kDecay = 0.99F;                    // so about 100 openings count

  void Note(std::ptrdiff_t step) {
    for (float& count : counts_) count *= kDecay;
    all_ = all_ * kDecay + 1;
    if (step >= -kFarthest && step <= kFarthest) {
      ++counts_[static_cast<std::size_t>(step + kFarthest)];
    }
  }
  [[nodiscard]] float CountOf(std::ptrdiff_t step) const {
    if (step < -kFarthest || step > kFarthest) return 0;
    return counts_[static_cast<std::size_t>(step + kFarthest)];
  }
  [[nodiscard]] float all() const { return all_; }
  // As if people had gone one on in three of four openings before: a list is mostly walked down.
  [[nodiscard]] float ShareOf(std::ptrdiff_t step) const {
    return (CountOf(step) + (step == 1 ? kPresumedOneOn : 0)) / (all_ + kPresumed);
  }

  // For the form on the disk.
  [[nodiscard]] const std::array<float, kKinds>& counts() const { return counts_; }
  // False, and nothing is changed, when no steps can have led to it.
  [[nodiscard]] bool Restore(float all, const std::array<float, kKinds>& counts) {
    float sum = 0;
    for (const float count : counts) {
      if (!(count >= 0)) return false;  // nor when it is no number
      sum += count;
    }
    if (!(all >= 0 && all <= 1 / (1 - kDecay) + 1 && sum <= all + 0.1F)) return false;
    all_ = all;
    counts_ = counts;
    return true;
  }

 private:
  static constexpr float kPresumed = 4, kPresumedOneOn = 3;

  float all_ = 0;
  std::array<float, kKinds> counts_{};
};

}  // namespace image_cache
