#include "shared/eviction/frecency.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace image_cache {
namespace {

// The formula as it is written down, over every single opening.
double NaiveScore(const std::vector<std::uint32_t>& openings, std::uint32_t now) {
  double score = 0;
  for (const double half_life : {10.0, 100.0, 1000.0, 10000.0}) {
    for (const std::uint32_t opening : openings) {
      score += std::exp2(-static_cast<double>(now - opening) / half_life) / half_life;
    }
  }
  return score;
}

TEST(FrecencyTest, ScoresAsTheFormulaSays) {
  const std::vector<std::uint32_t> openings = {1, 2, 3, 17, 18, 400, 401, 402, 5000, 31000};
  Frecency frecency;
  std::vector<std::uint32_t> so_far;
  for (const std::uint32_t opening : openings) {
    frecency.Open(opening);
    so_far.push_back(opening);
    for (const std::uint32_t later : {0U, 1U, 9U, 150U, 20000U}) {
      const double expected = NaiveScore(so_far, opening + later);
      EXPECT_NEAR(frecency.ScoreAt(opening + later), expected, expected * 1e-4)
          << "opening " << opening << " + " << later;
    }
  }
}

TEST(FrecencyTest, RanksTheFavouriteOfLongAgoBehindTheNewestAndBeforeThePassing) {
  Frecency favourite, newest, passing;
  for (std::uint32_t opening = 1; opening <= 50; ++opening) favourite.Open(opening * 20);
  passing.Open(1700);
  newest.Open(2000);
  EXPECT_GT(newest.ScoreAt(2000), favourite.ScoreAt(2000));
  EXPECT_GT(favourite.ScoreAt(2000), passing.ScoreAt(2000));
  EXPECT_GT(passing.ScoreAt(2000), Frecency{}.ScoreAt(2000));
}

TEST(FrecencyTest, GoesOnWhenTheNumberOfOpeningsWraps) {
  const std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  Frecency frecency;
  frecency.Open(last);
  EXPECT_EQ(frecency.ScoreAt(last + 10U), [] {
    Frecency other;
    other.Open(100);
    return other.ScoreAt(110);
  }());
}

TEST(FrecencyTest, StaysSoundHoweverOftenItIsOpened) {
  Frecency frecency;
  for (std::uint32_t opening = 1; opening <= 200'000; ++opening) frecency.Open(opening);
  EXPECT_TRUE(frecency.IsSound());
  for (const float impossible : {-1.0F, 1e9F, std::numeric_limits<float>::infinity(),
                                 std::numeric_limits<float>::quiet_NaN()}) {
    Frecency broken = frecency;
    broken.counts[2] = impossible;
    EXPECT_FALSE(broken.IsSound()) << impossible;
  }
}

}  // namespace
}  // namespace image_cache
