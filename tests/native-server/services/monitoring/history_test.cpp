#include "native-server/services/monitoring/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace image_cache {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMidnight = 20'000 * kDay;

HistoryCounts Hits(std::uint64_t hits) {
  HistoryCounts counts;
  counts.hits = hits;
  return counts;
}

std::vector<std::uint64_t> HitsOf(const std::vector<HistoryPoint>& points) {
  std::vector<std::uint64_t> hits;
  for (const HistoryPoint& point : points) hits.push_back(point.counts.hits);
  return hits;
}

TEST(HistoryTest, IsEmptyAtFirst) {
  EXPECT_THAT(History().Read(HistoryStep::kMinute, kMidnight), ElementsAre());
}

TEST(HistoryTest, CountsInEachStepAtOnce) {
  History history;
  history.Add(kMidnight, Hits(1), 10);
  history.Add(kMidnight + kMinute, Hits(2), 20);
  history.Add(kMidnight + kHour, Hits(3), 30);
  const std::int64_t now = kMidnight + kHour;
  EXPECT_THAT(HitsOf(history.Read(HistoryStep::kHour, now)), ElementsAre(3, 3));
  EXPECT_THAT(HitsOf(history.Read(HistoryStep::kDay, now)), ElementsAre(6));
  const auto minutes = history.Read(HistoryStep::kMinute, now);
  ASSERT_EQ(minutes.size(), 60U) << "the first minute is 61 minutes old";
  EXPECT_EQ(minutes.front().at_ms, kMidnight + kMinute);
  EXPECT_EQ(minutes.front().counts.hits, 2U);
  EXPECT_EQ(minutes.back().counts.hits, 3U);
}

TEST(HistoryTest, HasNoGapsAndKnowsWhatIsStoredInThem) {
  History history;
  history.Add(kMidnight, Hits(1), 10);
  history.Add(kMidnight + 3 * kMinute, Hits(0), 10);  // nothing happened: needs no point
  EXPECT_EQ(history.points(HistoryStep::kMinute).size(), 1U);
  const auto points = history.Read(HistoryStep::kMinute, kMidnight + 3 * kMinute);
  EXPECT_THAT(HitsOf(points), ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(points, Each(Field(&HistoryPoint::stored_bytes, 10)));
}

TEST(HistoryTest, IsBoundedHoweverLongItGoesOn) {
  History history;
  std::int64_t now = kMidnight;
  for (int i = 0; i < 3000; ++i) history.Add(now += kHour / 2, Hits(1), i);
  for (const HistoryStep step : {HistoryStep::kMinute, HistoryStep::kHour, HistoryStep::kDay}) {
    EXPECT_LE(history.points(step).size(), SizeOf(step).points);
    EXPECT_LE(history.Read(step, now).size(), SizeOf(step).points);
  }
  EXPECT_THAT(HitsOf(history.Read(HistoryStep::kHour, now)), Contains(2).Times(47));
}

TEST(HistoryTest, RemembersWhatIsStoredThroughALongSilence) {
  History history;
  history.Add(kMidnight, Hits(1), 10);
  history.Add(kMidnight + 2 * kHour, Hits(1), 30);
  const auto points = history.Read(HistoryStep::kMinute, kMidnight + 2 * kHour);
  ASSERT_EQ(points.size(), 60U);
  EXPECT_EQ(points.front().stored_bytes, 10U);
  EXPECT_EQ(points.back().stored_bytes, 30U);
}

TEST(HistoryTest, LosesNothingWhenTheClockIsPutBack) {
  History history;
  history.Add(kMidnight + kMinute, Hits(1), 10);
  history.Add(kMidnight + 5 * kMinute, Hits(2), 20);
  history.Add(kMidnight + kDay * 365, Hits(4), 40);  // it was a year ahead for a while
  history.Add(kMidnight + 2 * kMinute, Hits(8), 80);
  const std::int64_t now = kMidnight + 3 * kMinute;
  history.Add(now, Hits(16), 160);
  const auto points = history.Read(HistoryStep::kMinute, now);
  EXPECT_EQ(points.back().at_ms, now);
  std::uint64_t hits = 0;
  for (const HistoryPoint& point : points) hits += point.counts.hits;
  EXPECT_EQ(hits, 30U) << "the first minute had left the hour that was a year ahead";
  EXPECT_THAT(HitsOf(history.Read(HistoryStep::kDay, now)), ElementsAre(31));
}

TEST(HistoryTest, RestoresWhatMayBeKept) {
  History history;
  std::vector<HistoryPoint> points;
  for (int i = 99; i >= 0; --i) {
    points.push_back({.at_ms = kMidnight + i * kMinute, .counts = Hits(i), .stored_bytes = 0});
  }
  history.Restore(HistoryStep::kMinute, points);
  ASSERT_EQ(history.points(HistoryStep::kMinute).size(), 60U);
  EXPECT_EQ(history.points(HistoryStep::kMinute).front().counts.hits, 40U);
  EXPECT_EQ(history.points(HistoryStep::kMinute).back().counts.hits, 99U);
}

}  // namespace
}  // namespace image_cache
