#include "native-server/origin/download_queue.h"

#include <gtest/gtest.h>

#include <vector>

namespace image_cache {
namespace {

using Id = Downloader::Id;

class DownloadQueueTest : public testing::Test {
 protected:
  void Push(Id id, Urgency urgency) {
    queue_.Push(urgency, {.id = id, .target = {}, .sink = nullptr});
  }
  std::vector<Id> PopAll() {
    std::vector<Id> ids;
    while (const auto next = queue_.Pop()) ids.push_back(next->id);
    return ids;
  }

  DownloadQueue queue_;
};

TEST_F(DownloadQueueTest, PopsTheMostUrgentThenTheOldest) {
  Push(1, Urgency::kLow);
  Push(2, Urgency::kNormal);
  Push(3, Urgency::kDemand);
  Push(4, Urgency::kHigh);
  Push(5, Urgency::kDemand);
  EXPECT_EQ(queue_.Size(), 5u);
  EXPECT_EQ(PopAll(), (std::vector<Id>{3, 5, 4, 2, 1}));
  EXPECT_EQ(queue_.Size(), 0u);
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
  queue_.Promote(2, Urgency::kDemand);
  ASSERT_TRUE(queue_.Remove(2).has_value());
  EXPECT_FALSE(queue_.Remove(2).has_value());
  EXPECT_EQ(PopAll(), (std::vector<Id>{1}));
}

}  // namespace
}  // namespace image_cache
