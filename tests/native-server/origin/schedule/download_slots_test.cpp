#include "native-server/origin/schedule/download_slots.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr auto kDemand = Urgency::kDemand;
constexpr auto kHigh = Urgency::kHigh;
const std::string kHost = "https://a";

class DownloadSlotsTest : public testing::Test {
 protected:
  // As many as there is room for.
  int Fill(Urgency urgency, const std::string& host = kHost) {
    int taken = 0;
    for (; slots_.HasRoomAt(host, urgency); ++taken) slots_.Take(host, urgency);
    return taken;
  }
  HostControl::TimePoint now_{};
  DownloadSlots slots_{16};
};

TEST_F(DownloadSlotsTest, DemandsHaveAsManySlotsOfTheirOwn) {
  EXPECT_EQ(Fill(kHigh), 16);
  EXPECT_EQ(Fill(kDemand), 16);
  EXPECT_FALSE(slots_.HasRoom(kHigh));
  EXPECT_FALSE(slots_.HasRoom(kDemand));
}

TEST_F(DownloadSlotsTest, FewDemandsTakeNothingFromTheRestAndManyDo) {
  slots_.Take(kHost, kDemand);
  slots_.Take(kHost, kDemand);
  EXPECT_EQ(Fill(kHigh), 16);
  for (int i = 0; i < 16; ++i) slots_.Release(kHost, kHigh);
  Fill(kDemand);
  EXPECT_EQ(Fill(kHigh), 2);
}

TEST_F(DownloadSlotsTest, OneThatBecomesADemandFreesItsSlot) {
  Fill(kHigh);
  slots_.BecomeDemand(kHost);
  EXPECT_TRUE(slots_.HasRoomAt(kHost, kHigh));
  EXPECT_EQ(Fill(kHigh), 1);
  slots_.Release(kHost, kDemand);
  EXPECT_FALSE(slots_.HasRoom(kHigh));
}

TEST_F(DownloadSlotsTest, PromotionsNeverGrowTheTotalBeyondTwiceTheBound) {
  int total = Fill(kHigh);
  for (int i = 0; i < 100; ++i) {
    slots_.BecomeDemand(kHost);
    const int more = Fill(kHigh) + Fill(kDemand);
    total += more;
    if (more == 0) break;
  }
  EXPECT_LE(total, 32);
}

TEST_F(DownloadSlotsTest, AHostThatAsksForLessGetsLessAndOthersDoNot) {
  slots_.OnSlowDown(kHost, now_);
  EXPECT_EQ(Fill(kHigh), 8);
  EXPECT_EQ(Fill(kHigh, "https://b"), 8);  // up to the bound of all
  EXPECT_EQ(slots_.SlowDowns(), 1u);
}

TEST_F(DownloadSlotsTest, ADemandHasItsReserveEvenAtASlowHost) {
  for (int i = 0; i < 10; ++i) slots_.OnSlowDown(kHost, now_ += std::chrono::seconds(1));
  EXPECT_EQ(Fill(kHigh), 1);
  EXPECT_EQ(Fill(kDemand), 2);
}

TEST_F(DownloadSlotsTest, TheLimitIsThatOfTheHostsInUse) {
  EXPECT_EQ(slots_.Limit(), 16);
  slots_.OnSlowDown(kHost, now_);
  EXPECT_EQ(slots_.Limit(), 16);
  slots_.Take(kHost, kHigh);
  EXPECT_EQ(slots_.Limit(), 8);
  slots_.Take("https://b", kHigh);
  EXPECT_EQ(slots_.Limit(), 16);
}

TEST_F(DownloadSlotsTest, RemembersABoundedNumberOfHosts) {
  const auto host = [](std::size_t i) { return "https://" + std::to_string(i); };
  constexpr std::size_t kHosts = DownloadSlots::kMaxKnownHosts + 10;
  for (std::size_t i = 0; i < kHosts; ++i) {
    slots_.Take(host(i), kHigh);
    slots_.NoteMultiplexing(host(i));
    slots_.Release(host(i), kHigh);
  }
  std::size_t known = 0;
  for (std::size_t i = 0; i < kHosts; ++i) known += slots_.IsMultiplexing(host(i)) ? 1 : 0;
  EXPECT_EQ(known, DownloadSlots::kMaxKnownHosts);
}

}  // namespace
}  // namespace image_cache
