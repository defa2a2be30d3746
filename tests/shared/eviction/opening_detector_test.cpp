#include "shared/eviction/opening_detector.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr std::int64_t kAwayMs = OpeningDetector::kAwayMs;
constexpr std::int64_t kBurstMs = OpeningDetector::kBurstMs;

TEST(OpeningDetectorTest, CountsAPageOfPicturesOnce) {
  OpeningDetector detector;
  EXPECT_TRUE(detector.NoteAccess("a", 0));
  for (int picture = 1; picture < 25; ++picture) {
    EXPECT_FALSE(detector.NoteAccess("a", picture * 40));
  }
  EXPECT_EQ(detector.open_actor(), "a");
}

TEST(OpeningDetectorTest, CountsALongLookAsOneOpening) {
  OpeningDetector detector;
  EXPECT_TRUE(detector.NoteAccess("a", 0));
  for (int look = 1; look <= 20; ++look) {
    EXPECT_FALSE(detector.NoteAccess("a", look * kAwayMs)) << look;
  }
  EXPECT_TRUE(detector.NoteAccess("a", 21 * kAwayMs + 1));
}

TEST(OpeningDetectorTest, CountsWhoIsComeBackToAfterAnother) {
  OpeningDetector detector;
  EXPECT_TRUE(detector.NoteAccess("a", 0));
  EXPECT_TRUE(detector.NoteAccess("b", 3000));
  EXPECT_EQ(detector.open_actor(), "b");
  EXPECT_TRUE(detector.NoteAccess("a", 6000));
  EXPECT_EQ(detector.open_actor(), "a");
  EXPECT_FALSE(detector.NoteAccess("a", 6000 + 2 * kBurstMs));
}

TEST(OpeningDetectorTest, CountsOnAfterAQuickLookBack) {
  OpeningDetector detector;
  EXPECT_TRUE(detector.NoteAccess("a", 0));
  EXPECT_TRUE(detector.NoteAccess("b", 200));
  EXPECT_FALSE(detector.NoteAccess("a", 400));
  EXPECT_FALSE(detector.NoteAccess("b", 600));
  for (int visit = 1; visit <= 6; ++visit) {
    const std::string actor = visit % 2 == 1 ? "a" : "b";
    EXPECT_TRUE(detector.NoteAccess(actor, visit * 3000)) << visit;
    EXPECT_EQ(detector.open_actor(), actor);
  }
}

TEST(OpeningDetectorTest, DoesNotCountTwoPeoplesPicturesInTurns) {
  OpeningDetector detector;
  int openings = 0;
  for (int i = 0; i < 100; ++i) {
    openings += detector.NoteAccess(i % 2 == 0 ? "a" : "b", i * kBurstMs / 4) ? 1 : 0;
  }
  EXPECT_EQ(openings, 2);
}

TEST(OpeningDetectorTest, RemembersABoundedNumberOfActors) {
  OpeningDetector detector;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(detector.NoteAccess("actor-" + std::to_string(i), i));
    ASSERT_LE(detector.remembered(), OpeningDetector::kMaxActors);
  }
  // Of those that were accessed last, the newest are still known.
  EXPECT_FALSE(detector.NoteAccess("actor-9999", 10'001));
}

TEST(OpeningDetectorTest, StaysBoundedWhenEverythingHappensAtOnce) {
  OpeningDetector detector;
  for (int i = 0; i < 10'000; ++i) {
    (void)detector.NoteAccess("actor-" + std::to_string(i), 0);
    ASSERT_LE(detector.remembered(), OpeningDetector::kMaxActors);
  }
}

}  // namespace
}  // namespace image_cache
