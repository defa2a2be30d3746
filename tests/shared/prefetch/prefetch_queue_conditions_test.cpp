// What the network and the page's visibility let start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

using testing::ElementsAre;
using Kind = PrefetchStep::Kind;

constexpr auto kHigh = PrefetchPriority::kHigh;
constexpr auto kNormal = PrefetchPriority::kNormal;
constexpr auto kLow = PrefetchPriority::kLow;

TEST_F(PrefetchQueueTest, StartsNothingOffline) {
  queue_.Enqueue("a", Images({"1"}), kHigh);
  queue_.SetConditions({.is_offline = true});
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.SetConditions({});
  EXPECT_EQ(Start().actor_id, "a");
}

TEST_F(PrefetchQueueTest, WhatFailsOfflineHasNotBeenTried) {
  queue_ = PrefetchQueue({.max_attempts = 1});
  queue_.Enqueue("a", Images({"retry", "not named", "gone", "cached"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.SetConditions({.is_offline = true});
  queue_.Finish(batch.id,
                {{"retry", PrefetchOutcome::kRetry, 0},
                 {"gone", PrefetchOutcome::kFailed, 0},
                 {"cached", PrefetchOutcome::kCached, 1}},
                now_ms_);
  EXPECT_EQ(queue_.Progress().images.failed, 1u);
  EXPECT_EQ(queue_.Progress().images.completed, 1u);
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.SetConditions({});
  EXPECT_THAT(KeysOf(Start()), ElementsAre("retry", "not named")) << "at once";
}

TEST_F(PrefetchQueueTest, SavingDataFetchesOnlyWhatIsOpenOrVisible) {
  queue_.SetConditions({.saves_data = true});
  queue_.Enqueue("normal", Images({"1", "2"}), kNormal);
  queue_.Enqueue("low", Images({"3", "4"}), kLow);
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.SetVisible("low", "4", true);
  const PrefetchBatch visible = Start();
  EXPECT_EQ(visible.actor_id, "low");
  EXPECT_THAT(KeysOf(visible), ElementsAre("4"));
  FinishAll(visible);
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.Open("normal");
  EXPECT_THAT(KeysOf(Start()), ElementsAre("1", "2"));
}

TEST_F(PrefetchQueueTest, ARetryOfAVisibleImageIsMadeWhileSavingData) {
  queue_.SetConditions({.saves_data = true});
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.SetVisible("a", "2", true);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 1000);
  now_ms_ += 1000;
  EXPECT_THAT(KeysOf(Start()), ElementsAre("2"));
}

TEST_F(PrefetchQueueTest, VisibleImagesOfSeveralActorsKeepTheOrderOfTheActors) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  queue_.SetVisible("b", "2", true);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("a", "b"));
  EXPECT_EQ(Start().actor_id, "a");
}

TEST_F(PrefetchQueueTest, ASlowNetworkHasOneSmallBatchAtATime) {
  queue_ = PrefetchQueue({.slow_batch_images = 2});
  queue_.SetConditions({.is_slow = true});
  queue_.Enqueue("a", Images({"1", "2", "3"}), kNormal);
  const PrefetchBatch batch = Start();
  EXPECT_THAT(KeysOf(batch), ElementsAre("1", "2"));
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.Enqueue("opened", Images({"4"}), kHigh);
  EXPECT_EQ(Abort(), batch.id) << "the opened actor gets all of it";
  EXPECT_EQ(Start().actor_id, "opened");
}

TEST_F(PrefetchQueueTest, AHiddenPageGoesSlower) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = 0, .hidden_pause_ms = 700, .batch_images = 1});
  queue_.SetConditions({.is_hidden = true});
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.Enqueue("low", Images({"3"}), kLow);
  const PrefetchBatch batch = Start();
  EXPECT_EQ(NextKind(), Kind::kIdle) << "one batch at a time";
  FinishAll(batch);
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 700);
  queue_.Enqueue("opened", Images({"4"}), kHigh);
  FinishAll(Start());
  now_ms_ += 700;
  FinishAll(Start());
  now_ms_ += 5000;
  EXPECT_EQ(NextKind(), Kind::kIdle) << "nothing of low priority";
  queue_.SetConditions({});
  EXPECT_EQ(Start().actor_id, "low");
}

}  // namespace
}  // namespace image_cache
