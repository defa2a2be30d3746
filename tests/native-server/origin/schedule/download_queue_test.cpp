#include "native-server/origin/schedule/download_queue.h"

#include <gtest/gtest.h>

#include <vector>

namespace image_cache {
namespace {

using Id = Downloader::Id;
using Verdict = DownloadQueue::Verdict;

class DownloadQueueTest : public testing::Test {
 protected:
  void Push(Id id, Urgency urgency, const std::string& origin = "http://a") {
    auto download = std::make_unique<Download>();
    download->id = id;
    download->urgency = urgency;
    download->target.origin = origin;
    queue_.Push(std::move(download));
  }
  std::vector<Id> PopAll(const DownloadQueue::Judge& judge) {
    std::vector<Id> ids;
    while (const auto next = queue_.Pop(judge)) ids.push_back(next->id);
    return ids;
  }
  std::vector<Id> PopAll() {
    return PopAll([](const Download&) { return Verdict::kTake; });
  }

  DownloadQueue queue_;
};

TEST_F(DownloadQueueTest, PopsTheMostUrgentThenTheOldest) {
  Push(1, Urgency::kLow);
  Push(2, Urgency::kNormal);
  Push(3, Urgency::kDemand, "http://b");
  Push(4, Urgency::kHigh);
  Push(5, Urgency::kDemand);
  EXPECT_EQ(queue_.Size(), 5u);
  EXPECT_EQ(PopAll(), (std::vector<Id>{3, 5, 4, 2, 1}));
  EXPECT_EQ(queue_.Size(), 0u);
}

TEST_F(DownloadQueueTest, AHostThatMayNotHaveMoreHoldsUpNoOther) {
  Push(1, Urgency::kHigh, "http://full");
  Push(2, Urgency::kHigh, "http://full");
  Push(3, Urgency::kLow, "http://free");
  const auto not_full = [](const Download& first) {
    return first.target.origin == "http://full" ? Verdict::kPassOver : Verdict::kTake;
  };
  EXPECT_EQ(PopAll(not_full), (std::vector<Id>{3}));
  EXPECT_EQ(PopAll(), (std::vector<Id>{1, 2}));
}

TEST_F(DownloadQueueTest, OnlyTheFirstOfEachHostIsJudgedUntilItStops) {
  for (Id id = 1; id <= 50; ++id) Push(id, Urgency::kLow, "http://a");
  for (Id id = 51; id <= 100; ++id) Push(id, Urgency::kHigh, "http://b");
  std::vector<Id> judged;
  EXPECT_EQ(queue_.Pop([&](const Download& first) {
    judged.push_back(first.id);
    return Verdict::kPassOver;
  }),
            nullptr);
  EXPECT_EQ(judged, (std::vector<Id>{51, 1}));
  judged.clear();
  EXPECT_EQ(queue_.Pop([&](const Download& first) {
    judged.push_back(first.id);
    return Verdict::kStop;
  }),
            nullptr);
  EXPECT_EQ(judged, (std::vector<Id>{51}));
}

TEST_F(DownloadQueueTest, APromotedOneKeepsItsAge) {
  Push(1, Urgency::kLow);
  Push(2, Urgency::kHigh);
  queue_.Promote(1, Urgency::kHigh);
  EXPECT_EQ(PopAll(), (std::vector<Id>{1, 2}));
}

TEST_F(DownloadQueueTest, PromotionNeverMovesDown) {
  Push(1, Urgency::kHigh);
  Push(2, Urgency::kNormal);
  queue_.Promote(1, Urgency::kLow);
  queue_.Promote(7, Urgency::kDemand);
  EXPECT_EQ(PopAll(), (std::vector<Id>{1, 2}));
}

TEST_F(DownloadQueueTest, RemovesTheOneThatIsAskedFor) {
  Push(1, Urgency::kHigh);
  Push(2, Urgency::kNormal);
  Push(3, Urgency::kNormal, "http://b");
  queue_.Promote(2, Urgency::kDemand);
  ASSERT_NE(queue_.Remove(2), nullptr);
  EXPECT_EQ(queue_.Remove(2), nullptr);
  ASSERT_NE(queue_.Remove(3), nullptr);
  EXPECT_EQ(PopAll(), (std::vector<Id>{1}));
}

}  // namespace
}  // namespace image_cache
