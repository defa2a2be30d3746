// How often and how lately an actor was opened, on four scales at once, and at what time of the
// day; in 16 bytes.
//
// A value without an owner, and like Frecency (shared/eviction/frecency.h) but for its size and its
// shorter scales: what is kept on the disk is decided over months, what is opened next over a day.
// Time is the number of openings of any actor so far.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace image_cache {

// Each scale forgets half within so many openings.
inline constexpr std::array<float, 4> kUsageHalfLives = {4, 32, 256, 2048};

// Where in the day a moment is, as a point on a circle: 23:50 is beside 00:10.
struct DayPhase {
  float cosine = 1;
  float sine = 0;

  [[nodiscard]] static DayPhase Of(std::int64_t at_ms);
};

// The same as numbers to calculate with; of one actor, or the sums of all.
struct OpeningSums {
  std::array<float, kUsageHalfLives.size()> counts{};
  float cosine = 0, sine = 0;  // Σ over the openings, on the longest scale

  void Age(std::uint32_t openings);
  void Add(const DayPhase& phase);
  void Subtract(const OpeningSums& other);
  // How much of it was at about this time of the day: a weight per opening from 0 (twelve hours
  // off) to 2 (the very moment).
  [[nodiscard]] float AtPhase(const DayPhase& phase) const;
};

class OpeningCounts {
 public:
  void Open(std::uint32_t opening, const DayPhase& phase);
  [[nodiscard]] OpeningSums At(std::uint32_t opening) const;
  [[nodiscard]] bool WasOpened() const { return counts_.back() > 0; }
  [[nodiscard]] std::uint32_t last_opening() const { return last_opening_; }

  // For the form on the disk: the numbers as they are kept.
  static constexpr std::size_t kParts = kUsageHalfLives.size() + 2;
  [[nodiscard]] std::array<std::uint16_t, kParts> Parts() const;
  // False, and nothing is changed, when no openings can have led to them.
  [[nodiscard]] bool Restore(std::uint32_t last_opening,
                             const std::array<std::uint16_t, kParts>& parts);

 private:
  void Keep(const OpeningSums& sums);

  std::uint32_t last_opening_ = 0;
  // In units of the largest value that the scale can reach.
  std::array<std::uint16_t, kUsageHalfLives.size()> counts_{};
  std::int16_t cosine_ = 0, sine_ = 0;
};

}  // namespace image_cache
