#include "shared/usage/opening_counts.h"

#include <algorithm>
#include <cmath>

namespace image_cache {
namespace {

constexpr float kFull = 65535;
constexpr float kSignedFull = 32767;
// Beyond so many half-lives a count is nothing to 16 bits.
constexpr float kMostHalfLives = 24;

// The sum of 2^(−n / H) over all n is 1 / (1 − 2^(−1 / H)), which is below H / ln 2 + 1.
constexpr float MostOf(float half_life) { return half_life * 1.4427F + 1; }
constexpr float kMostOfLongest = MostOf(kUsageHalfLives.back());

float Decay(std::uint32_t age, float half_life) {
  const float half_lives = static_cast<float>(age) / half_life;
  return half_lives > kMostHalfLives ? 0 : std::exp2(-half_lives);
}

}  // namespace

DayPhase DayPhase::Of(std::int64_t at_ms) {
  constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
  constexpr double kFullTurn = 6.283185307179586;
  const std::int64_t in_day_ms = ((at_ms % kDayMs) + kDayMs) % kDayMs;
  const double angle = kFullTurn * static_cast<double>(in_day_ms) / static_cast<double>(kDayMs);
  return {.cosine = static_cast<float>(std::cos(angle)),
          .sine = static_cast<float>(std::sin(angle))};
}

void OpeningSums::Age(std::uint32_t openings) {
  for (std::size_t scale = 0; scale < counts.size(); ++scale) {
    counts[scale] *= Decay(openings, kUsageHalfLives[scale]);
  }
  const float decay = Decay(openings, kUsageHalfLives.back());
  cosine *= decay;
  sine *= decay;
}

void OpeningSums::Add(const DayPhase& phase) {
  for (float& count : counts) ++count;
  cosine += phase.cosine;
  sine += phase.sine;
}

void OpeningSums::Subtract(const OpeningSums& other) {
  for (std::size_t scale = 0; scale < counts.size(); ++scale) {
    counts[scale] = std::max(0.0F, counts[scale] - other.counts[scale]);
  }
  cosine -= other.cosine;
  sine -= other.sine;
}

float OpeningSums::AtPhase(const DayPhase& phase) const {
  return std::max(0.0F, counts.back() + cosine * phase.cosine + sine * phase.sine);
}

void OpeningCounts::Open(std::uint32_t opening, const DayPhase& phase) {
  OpeningSums sums = At(opening);
  sums.Add(phase);
  Keep(sums);
  last_opening_ = opening;
}

OpeningSums OpeningCounts::At(std::uint32_t opening) const {
  OpeningSums sums;
  if (!WasOpened()) return sums;
  for (std::size_t scale = 0; scale < counts_.size(); ++scale) {
    sums.counts[scale] =
        static_cast<float>(counts_[scale]) * (MostOf(kUsageHalfLives[scale]) / kFull);
  }
  sums.cosine = static_cast<float>(cosine_) * (kMostOfLongest / kSignedFull);
  sums.sine = static_cast<float>(sine_) * (kMostOfLongest / kSignedFull);
  sums.Age(opening - last_opening_);
  return sums;
}

void OpeningCounts::Keep(const OpeningSums& sums) {
  for (std::size_t scale = 0; scale < counts_.size(); ++scale) {
    const float share = sums.counts[scale] / MostOf(kUsageHalfLives[scale]);
    counts_[scale] = static_cast<std::uint16_t>(std::lround(std::min(share, 1.0F) * kFull));
  }
  const auto keep_signed = [](float sum) {
    const float share = std::clamp(sum / kMostOfLongest, -1.0F, 1.0F);
    return static_cast<std::int16_t>(std::lround(share * kSignedFull));
  };
  cosine_ = keep_signed(sums.cosine);
  sine_ = keep_signed(sums.sine);
}

std::array<std::uint16_t, OpeningCounts::kParts> OpeningCounts::Parts() const {
  std::array<std::uint16_t, kParts> parts{};
  std::copy(counts_.begin(), counts_.end(), parts.begin());
  parts[kParts - 2] = static_cast<std::uint16_t>(cosine_);
  parts[kParts - 1] = static_cast<std::uint16_t>(sine_);
  return parts;
}

bool OpeningCounts::Restore(std::uint32_t last_opening,
                            const std::array<std::uint16_t, kParts>& parts) {
  OpeningCounts restored;
  std::copy_n(parts.begin(), counts_.size(), restored.counts_.begin());
  restored.cosine_ = static_cast<std::int16_t>(parts[kParts - 2]);
  restored.sine_ = static_cast<std::int16_t>(parts[kParts - 1]);
  restored.last_opening_ = last_opening;
  // The openings' phases add up to no more than the openings; rounding may add one unit to each.
  const OpeningSums sums = restored.At(last_opening);
  const float slack = 2 * kMostOfLongest / kSignedFull;
  if (std::hypot(sums.cosine, sums.sine) > sums.counts.back() + 2 * slack) return false;
  *this = restored;
  return true;
}

}  // namespace image_cache
