// What a batch holds, how many run side by side, and which are aborted for somebody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

using testing::ElementsAre;
using Kind = PrefetchStep::Kind;

constexpr auto kHigh = PrefetchPriority::kHigh;
constexpr auto kNormal = PrefetchPriority::kNormal;
constexpr auto kLow = PrefetchPriority::kLow;

class PrefetchBatchesTest : public PrefetchQueueTest {
 protected:
  PrefetchBatchesTest() {
    queue_ = PrefetchQueue({.batch_images = 2, .batches_per_actor = 2, .max_batches = 3});
  }
};

TEST_F(PrefetchBatchesTest, SplitsAnActorAndRunsTwoOfItsBatches) {
  queue_.Enqueue("a", Images({"1", "2", "3", "4", "5"}), kNormal);
  const PrefetchBatch first = Start();
  EXPECT_THAT(KeysOf(first), ElementsAre("1", "2"));
  EXPECT_THAT(KeysOf(Start()), ElementsAre("3", "4"));
  EXPECT_EQ(NextKind(), Kind::kIdle);
  FinishAll(first);
  EXPECT_THAT(KeysOf(Start()), ElementsAre("5")) << "without a pause: it is the same actor";
}

TEST_F(PrefetchBatchesTest, VisibleImagesGoBeforeTheRestOfTheirActor) {
  queue_.Enqueue("a", Images({"1", "2", "3", "4", "5", "6"}), kNormal);
  for (const char* key : {"5", "3", "6", "unknown"}) queue_.SetVisible("a", key, true);
  queue_.SetVisible("a", "6", false);
  queue_.SetVisible("unknown", "1", true);
  EXPECT_THAT(KeysOf(Start()), ElementsAre("3", "5"));
  queue_.SetVisible("a", "3", false);  // it runs
  queue_.SetVisible("a", "4", true);
  EXPECT_THAT(KeysOf(Start()), ElementsAre("4", "1"));
}

TEST_F(PrefetchBatchesTest, ARetryOfAVisibleImageGoesFirstToo) {
  queue_ = PrefetchQueue({.first_retry_delay_ms = 10, .batch_images = 1, .batches_per_actor = 1});
  queue_.Enqueue("a", Images({"1", "2", "3"}), kNormal);
  queue_.SetVisible("a", "2", true);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  FinishAll(Start());
  now_ms_ += 10;
  EXPECT_THAT(KeysOf(Start()), ElementsAre("2"));
}

TEST_F(PrefetchBatchesTest, AnOpenedActorStartsAtOnceAlsoWhereNoRoomIsLeft) {
  queue_.Enqueue("background", Images({"1", "2", "3", "4", "5"}), kNormal);
  Start();
  const PrefetchBatch second = Start();
  queue_.Enqueue("opened", Images({"6"}), kHigh);
  EXPECT_EQ(Start().actor_id, "opened");
  queue_.Enqueue("opened next", Images({"7", "8", "9"}), kHigh);
  EXPECT_EQ(Abort(), second.id) << "the last of those that come after it";
  EXPECT_EQ(Start().actor_id, "opened next");
  EXPECT_EQ(NextKind(), Kind::kIdle) << "its second batch waits for room";
  FinishAll(second);
  EXPECT_EQ(queue_.Progress().images.completed, 0u) << "it was taken back";
}

TEST_F(PrefetchBatchesTest, AnAbortedBatchHasNotBeen) {
  queue_ = PrefetchQueue({.max_attempts = 1, .batch_images = 2, .max_batches = 1});
  queue_.Enqueue("a", Images({"1", "2", "3"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.Enqueue("opened", Images({"4"}), kHigh);
  EXPECT_EQ(Abort(), batch.id);
  FinishAll(Start());
  now_ms_ += 100;
  const PrefetchBatch again = Start();
  EXPECT_THAT(KeysOf(again), ElementsAre("1", "2")) << "with the one attempt it has";
}

TEST_F(PrefetchBatchesTest, OpensWhatWaitsAnywhere) {
  for (const char* id : {"a", "b", "c"}) queue_.Enqueue(id, Images({id}), kLow);
  queue_.Open("c");
  queue_.Open("unknown");
  EXPECT_THAT(RunToTheEnd(), ElementsAre("c", "a", "b"));
  queue_.Open("a");
  EXPECT_EQ(NextKind(), Kind::kIdle) << "it is done with";
  EXPECT_EQ(queue_.Progress().total, 3u);
}

TEST_F(PrefetchBatchesTest, AnActorThatIsLeftGoesBehindAllOthers) {
  for (const char* id : {"a", "b"}) queue_.Enqueue(id, Images({id}), kLow);
  queue_.Enqueue("left", Images({"1"}), kHigh);
  queue_.Leave("left");
  queue_.Leave("unknown");
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("a", "b", "left"));
  queue_.Open("left");
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("left", "a", "b"));
}

TEST_F(PrefetchBatchesTest, WhatRunsOfALeftActorGoesOnUntilSomebodyHigherCouldStart) {
  queue_.Enqueue("left", Images({"1", "2", "3"}), kHigh);
  const PrefetchBatch first = Start();
  const PrefetchBatch second = Start();
  queue_.Leave("left");
  EXPECT_EQ(NextKind(), Kind::kIdle);
  queue_.Enqueue("low", Images({"4"}), kLow);
  EXPECT_EQ(NextKind(), Kind::kIdle) << "not higher";
  queue_.Enqueue("normal", Images({"5"}), kNormal);
  EXPECT_EQ(Abort(), second.id);
  EXPECT_EQ(Abort(), first.id);
  EXPECT_EQ(Start().actor_id, "normal");
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("left", "low"));
}

TEST_F(PrefetchBatchesTest, WhatIsAskedForAgainIsNotLeft) {
  queue_.Enqueue("a", Images({"1"}), kLow);
  Start();
  queue_.Leave("a");
  queue_.Enqueue("a", {}, kLow);
  queue_.Enqueue("normal", Images({"2"}), kNormal);
  EXPECT_EQ(NextKind(), Kind::kIdle);
}

TEST_F(PrefetchBatchesTest, CountsAndDoesNotFetchWhatIsCached) {
  std::vector<PrefetchImage> images = Images({"1", "2"});
  images[0].is_cached = true;
  queue_.Enqueue("a", images, kNormal);
  EXPECT_EQ(queue_.Progress().images.skipped, 1u);
  EXPECT_EQ(queue_.Progress().images.completed, 1u);
  images[1].is_cached = true;
  queue_.Enqueue("a", images, kNormal);
  EXPECT_EQ(queue_.Progress().completed, 1u) << "what waited has come meanwhile";
  EXPECT_EQ(queue_.Progress().images.skipped, 2u);
  EXPECT_EQ(NextKind(), Kind::kIdle);
}

TEST_F(PrefetchBatchesTest, WhatRunsIsNotSkipped) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  const PrefetchBatch batch = Start();
  std::vector<PrefetchImage> images = Images({"1"});
  images[0].is_cached = true;
  queue_.Enqueue("a", images, kNormal);
  EXPECT_EQ(queue_.Progress().images.completed, 0u);
  FinishAll(batch);
  EXPECT_EQ(queue_.Progress().images.completed, 1u);
}

TEST_F(PrefetchBatchesTest, ForgetsTheOldestOfTheFinishedAndKeepsTheirCounts) {
  queue_ = PrefetchQueue({.max_finished_actors = 2});
  for (const char* id : {"a", "b", "c"}) {
    queue_.Enqueue(id, Images({id}), kHigh);
    FinishAll(Start());
  }
  EXPECT_EQ(queue_.Progress().completed, 3u);
  EXPECT_EQ(queue_.Progress().images.completed, 3u);
  queue_.Enqueue("c", Images({"1"}), kHigh);
  EXPECT_EQ(queue_.Progress().total, 3u) << "it starts anew";
  queue_.Enqueue("a", Images({"1"}), kHigh);
  EXPECT_EQ(queue_.Progress().total, 4u) << "forgotten, so another one";
  EXPECT_EQ(queue_.Progress().completed, 2u);
}

}  // namespace
}  // namespace image_cache
