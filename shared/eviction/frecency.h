// How worthwhile it is to keep an actor: how often and how lately people opened it, on four scales
// at once.
//
// A value without an owner; time is the number of openings of any actor so far, so a cache that
// nobody uses over the weekend forgets nothing. An opening costs O(1): four decays and a one.
#pragma once

#include <array>
#include <cstdint>

namespace image_cache {

// Each scale forgets half within so many openings. The shortest knows who is being visited again
// and again right now, the longest who has been a favourite for months.
inline constexpr std::array<float, 4> kFrecencyHalfLives = {10, 100, 1000, 10000};

struct Frecency {
  // By scale: the openings so far, each halved for every half-life that has passed since it.
  std::array<float, kFrecencyHalfLives.size()> counts{};
  // When they were counted. Wraps after four thousand million openings, as differences do with it.
  std::uint32_t last_opening = 0;

  // Opening number `opening` of the cache was one of this actor.
  void Open(std::uint32_t opening);
  // Σ count · 2^(−age / half-life) / half-life, at opening number `opening`. Never negative.
  [[nodiscard]] float ScoreAt(std::uint32_t opening) const;
  // Whether counts can have come about by opening: finite, not negative, no larger than openings
  // one after the other would have made them.
  [[nodiscard]] bool IsSound() const;

  friend bool operator==(const Frecency&, const Frecency&) = default;
};

}  // namespace image_cache
