#include "native-server/base/watchdog.h"

#include <gtest/gtest.h>

namespace image_cache::testing {
namespace {

using std::chrono::seconds;

class WatchdogTest : public ::testing::Test {
 protected:
  Watchdog Make(seconds deadline) {
    return {deadline, 2, [this] { ++told; }};
  }

  Watchdog::Time now{seconds(1000)};
  int told = 0;
};

TEST_F(WatchdogTest, TellsWhenEveryLoopHasBeaten) {
  Watchdog watchdog = Make(seconds(30));
  watchdog.Beat(0, now);
  EXPECT_EQ(told, 0);
  watchdog.Beat(1, now);
  EXPECT_EQ(told, 1);
}

TEST_F(WatchdogTest, OneLoopDoesNotCoverAnotherThatHangs) {
  Watchdog watchdog = Make(seconds(30));
  watchdog.Beat(0, now);
  watchdog.Beat(1, now);
  for (int second = 0; second < 60; ++second) watchdog.Beat(0, now += seconds(1));
  EXPECT_EQ(told, 1);
  watchdog.Beat(1, now);
  EXPECT_EQ(told, 2);
}

TEST_F(WatchdogTest, TellsThreeTimesWithinTheDeadlineAndNotMore) {
  Watchdog watchdog = Make(seconds(30));
  for (int second = 0; second < 30; ++second) {
    watchdog.Beat(0, now);
    watchdog.Beat(1, now);
    now += seconds(1);
  }
  EXPECT_EQ(told, 3);
}

TEST_F(WatchdogTest, TellsNobodyWithoutADeadline) {
  Watchdog watchdog = Make(seconds(0));
  watchdog.Beat(0, now);
  watchdog.Beat(1, now);
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace image_cache::testing
