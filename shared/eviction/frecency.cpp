#include "shared/eviction/frecency.h"

#include <cmath>
#include <cstddef>

namespace image_cache {
namespace {

float Decay(std::uint32_t age, float half_life) {
  return std::exp2(-static_cast<float>(age) / half_life);
}

}  // namespace

void Frecency::Open(std::uint32_t opening) {
  const std::uint32_t age = opening - last_opening;
  for (std::size_t scale = 0; scale < counts.size(); ++scale) {
    counts[scale] = counts[scale] * Decay(age, kFrecencyHalfLives[scale]) + 1;
  }
  last_opening = opening;
}

float Frecency::ScoreAt(std::uint32_t opening) const {
  const std::uint32_t age = opening - last_opening;
  float score = 0;
  for (std::size_t scale = 0; scale < counts.size(); ++scale) {
    const float half_life = kFrecencyHalfLives[scale];
    score += counts[scale] * Decay(age, half_life) / half_life;
  }
  return score;
}

bool Frecency::IsSound() const {
  for (std::size_t scale = 0; scale < counts.size(); ++scale) {
    // The sum of 2^(−n / H) over all n is 1 / (1 − 2^(−1 / H)), which is below H / ln 2 + 1.
    const float most = kFrecencyHalfLives[scale] * 1.4427F + 1;
    if (!(counts[scale] >= 0 && counts[scale] <= most)) return false;  // nor when it is no number
  }
  return true;
}

}  // namespace image_cache
