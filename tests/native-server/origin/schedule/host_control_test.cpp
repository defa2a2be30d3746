#include "native-server/origin/schedule/host_control.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kBytes = 300'000;

// A host seen through its control: each round takes as long as the host needs for it.
class HostControlTest : public testing::Test {
 protected:
  // One round of downloads, side by side as many as the limit allows; the clock moves by what
  // `round` says they took together.
  void Round(HostControl& control, milliseconds round) {
    now_ += round;
    const int downloads = control.Limit();
    for (int i = 0; i < downloads; ++i) control.OnSuccess(now_, kBytes, true);
  }
  // A first download begins the round that the others are measured in.
  void Begin(HostControl& control) { control.OnSuccess(now_, kBytes, true); }

  HostControl::TimePoint now_{};
};

TEST_F(HostControlTest, BeginsWithWhatTheBoundAllows) {
  EXPECT_EQ(HostControl(1).Limit(), 1);
  EXPECT_EQ(HostControl(5).Limit(), 5);
  EXPECT_EQ(HostControl(100).Limit(), 16);
}

TEST_F(HostControlTest, DoublesWhileThatBringsMoreAndNeverPassesTheBound) {
  HostControl control(100);
  Begin(control);
  std::vector<int> limits;
  for (int i = 0; i < 5; ++i) {
    Round(control, milliseconds(50));  // the host takes any number at once
    limits.push_back(control.Limit());
  }
  EXPECT_EQ(limits, (std::vector<int>{32, 64, 100, 100, 100}));
}

TEST_F(HostControlTest, StaysWhereMoreBringsNothing) {
  HostControl control(100);
  Begin(control);
  Round(control, milliseconds(50));
  ASSERT_EQ(control.Limit(), 32);
  Round(control, milliseconds(100));  // twice as many take twice as long
  EXPECT_EQ(control.Limit(), 32);
  Round(control, milliseconds(100));
  EXPECT_EQ(control.Limit(), 32);
}

TEST_F(HostControlTest, TakesBackAGrowthThatHarmed) {
  HostControl control(100);
  Begin(control);
  Round(control, milliseconds(50));
  ASSERT_EQ(control.Limit(), 32);
  Round(control, milliseconds(200));
  EXPECT_EQ(control.Limit(), 16);
}

TEST_F(HostControlTest, TriesOneMoreFromTimeToTime) {
  HostControl control(100);
  Begin(control);
  Round(control, milliseconds(50));
  for (int i = 0; i < 9; ++i) Round(control, milliseconds(100));
  EXPECT_EQ(control.Limit(), 33);
  Round(control, milliseconds(103));  // which brought nothing
  EXPECT_EQ(control.Limit(), 33);
  for (int i = 0; i < 8; ++i) Round(control, milliseconds(103));
  EXPECT_EQ(control.Limit(), 34);
}

TEST_F(HostControlTest, LearnsNothingWhenTheLimitHoldsNobodyBack) {
  HostControl control(100);
  for (int i = 0; i < 1000; ++i) {
    now_ += milliseconds(1);
    control.OnSuccess(now_, kBytes, false);
  }
  EXPECT_EQ(control.Limit(), 16);
}

TEST_F(HostControlTest, HalvesOnceForOneBurstAndNeverBelowOne) {
  HostControl control(16);
  EXPECT_TRUE(control.OnSlowDown(now_));
  for (int i = 0; i < 15; ++i) EXPECT_FALSE(control.OnSlowDown(now_ += milliseconds(10)));
  EXPECT_EQ(control.Limit(), 8);
  std::vector<int> limits;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(control.OnSlowDown(now_ += milliseconds(1000)));
    limits.push_back(control.Limit());
  }
  EXPECT_EQ(limits, (std::vector<int>{4, 2, 1, 1, 1}));
}

TEST_F(HostControlTest, GrowsByOneAfterASlowDown) {
  HostControl control(16);
  ASSERT_TRUE(control.OnSlowDown(now_));
  Begin(control);
  std::vector<int> limits;
  for (int i = 0; i < 3; ++i) {
    Round(control, milliseconds(50));
    limits.push_back(control.Limit());
  }
  EXPECT_EQ(limits, (std::vector<int>{9, 10, 11}));
}

}  // namespace
}  // namespace image_cache
