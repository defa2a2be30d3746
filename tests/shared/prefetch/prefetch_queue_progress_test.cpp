// How fast it goes, and how long it will take.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

constexpr auto kNormal = PrefetchPriority::kNormal;

class PrefetchProgressTest : public PrefetchQueueTest {
 protected:
  PrefetchProgressTest() {
    queue_ = PrefetchQueue({.pause_between_actors_ms = 0, .batch_images = 1});
    std::vector<std::string> keys(100);
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = std::to_string(i);
    queue_.Enqueue("a", Images(keys), kNormal);
  }
  // One image after the other, each in `ms`.
  void Fetch(int images, std::int64_t ms, std::uint64_t bytes) {
    for (int i = 0; i < images; ++i) {
      const PrefetchBatch batch = Start();
      now_ms_ += ms;
      FinishAll(batch, PrefetchOutcome::kCached, bytes);
    }
  }
};

TEST_F(PrefetchProgressTest, KnowsNoRateBeforeAnythingHasCome) {
  EXPECT_EQ(queue_.Progress().bytes_per_second, 0u);
  EXPECT_EQ(queue_.Progress().left_ms, std::nullopt);
}

TEST_F(PrefetchProgressTest, TellsRateAndTimeLeft) {
  Fetch(10, 100, 5000);
  EXPECT_NEAR(static_cast<double>(queue_.Progress().bytes_per_second), 50'000, 1);
  EXPECT_NEAR(static_cast<double>(*queue_.Progress().left_ms), 90 * 100, 1);
}

TEST_F(PrefetchProgressTest, FollowsANetworkThatBecomesSlower) {
  Fetch(10, 100, 5000);
  Fetch(20, 1000, 5000);
  EXPECT_LT(queue_.Progress().bytes_per_second, 6000u);
  EXPECT_GT(*queue_.Progress().left_ms, 65 * 1000);
}

TEST_F(PrefetchProgressTest, IdleTimeDoesNotCount) {
  Fetch(10, 100, 5000);
  now_ms_ += 1'000'000;
  Fetch(1, 100, 5000);
  EXPECT_NEAR(static_cast<double>(queue_.Progress().bytes_per_second), 50'000, 1);
}

TEST_F(PrefetchProgressTest, CountsThePausesBetweenActors) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = 1000});
  for (const char* id : {"a", "b", "c"}) queue_.Enqueue(id, Images({id}), kNormal);
  Fetch(1, 100, 1);
  EXPECT_EQ(queue_.Progress().left_ms, 2 * 100 + 2 * 1000);
}

TEST_F(PrefetchProgressTest, CannotTellWhileNothingMayStart) {
  Fetch(10, 100, 5000);
  queue_.Pause();
  EXPECT_EQ(queue_.Progress().left_ms, std::nullopt);
  queue_.Resume();
  queue_.SetConditions({.is_offline = true});
  EXPECT_EQ(queue_.Progress().left_ms, std::nullopt);
}

TEST_F(PrefetchProgressTest, NothingLeftTakesNoTime) {
  queue_.CancelAll();
  EXPECT_EQ(queue_.Progress().left_ms, 0);
}

TEST_F(PrefetchProgressTest, ABatchThatTakesNoTimeIsCountedWithTheNext) {
  Fetch(1, 0, 5000);
  EXPECT_EQ(queue_.Progress().left_ms, std::nullopt);
  Fetch(1, 100, 5000);
  EXPECT_EQ(queue_.Progress().bytes_per_second, 100'000u);
}

}  // namespace
}  // namespace image_cache
