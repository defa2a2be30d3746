#include "native-server/services/monitoring/history_keeper.h"

#include <optional>
#include <string>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::int64_t kMinute = 60'000;

class HistoryKeeperTest : public ::testing::Test {
 protected:
  void Start() {
    totals = {};
    keeper.emplace(
        clock, [this] { return totals; },
        [this](std::string note) {
          saved = std::move(note);
          ++saves;
        },
        saved);
  }
  [[nodiscard]] std::uint64_t HitsOfDay() {
    std::uint64_t hits = 0;
    for (const HistoryPoint& point : keeper->Read(HistoryStep::kDay)) hits += point.counts.hits;
    return hits;
  }

  FakeClock clock;
  HistoryTotals totals;
  std::optional<std::string> saved;
  int saves = 0;
  std::optional<HistoryKeeper> keeper;
};

TEST_F(HistoryKeeperTest, CountsWhatIsNewEachTime) {
  Start();
  totals.counts.hits = 5;
  keeper->Count();
  clock.Advance(kMinute);
  totals.counts.hits = 7;
  const auto points = keeper->Read(HistoryStep::kMinute);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].counts.hits, 5U);
  EXPECT_EQ(points[1].counts.hits, 2U);
}

TEST_F(HistoryKeeperTest, SavesAtOnceThenOnceAMinuteAndOnlyWhatHasChanged) {
  Start();
  keeper->Count();
  EXPECT_EQ(saves, 0) << "nothing had happened";
  totals.counts.hits = 1;
  keeper->Count();
  EXPECT_EQ(saves, 1);
  totals.counts.hits = 2;
  keeper->Count();
  EXPECT_EQ(saves, 1);
  clock.Advance(kMinute);
  keeper->Count();
  keeper->Count();
  EXPECT_EQ(saves, 2);
  clock.Advance(kMinute);
  keeper->Count();
  EXPECT_EQ(saves, 2) << "nothing had happened";
}

TEST_F(HistoryKeeperTest, GoesOnAfterAnEnd) {
  Start();
  totals.counts.hits = 5;
  keeper.reset();
  EXPECT_EQ(saves, 1);
  Start();
  totals.counts.hits = 3;
  EXPECT_EQ(HitsOfDay(), 8U);
}

TEST_F(HistoryKeeperTest, LosesAMinuteAtMostWhenItIsKilled) {
  Start();
  totals.counts.hits = 4;
  keeper->Count();
  clock.Advance(kMinute);
  totals.counts.hits = 5;
  keeper->Count();
  const auto on_disk = saved;
  totals.counts.hits = 6;
  keeper.reset();
  saved = on_disk;  // as if it had not come to its end
  Start();
  EXPECT_EQ(HitsOfDay(), 5U);
}

TEST_F(HistoryKeeperTest, BeginsAnewWhenItsNoteIsBroken) {
  saved = "broken";
  Start();
  totals.counts.hits = 2;
  EXPECT_EQ(HitsOfDay(), 2U);
}

TEST_F(HistoryKeeperTest, SavesWhenTheClockIsPutBack) {
  Start();
  totals.counts.hits = 1;
  keeper->Count();
  totals.counts.hits = 2;
  clock.Advance(-10 * kMinute);
  keeper->Count();
  EXPECT_EQ(saves, 2);
  EXPECT_EQ(HitsOfDay(), 2U);
}

}  // namespace
}  // namespace image_cache::testing
