// What becomes of what was started: retries, failures, cancellation, ends that make no sense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = PrefetchStep::Kind;

constexpr auto kHigh = PrefetchPriority::kHigh;
constexpr auto kNormal = PrefetchPriority::kNormal;
constexpr auto kLow = PrefetchPriority::kLow;

TEST_F(PrefetchQueueTest, RetriesWithGrowingDelaysAndThenGivesUp) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = 0,
                          .max_attempts = 5,
                          .first_retry_delay_ms = 1000,
                          .max_retry_delay_ms = 3000});
  queue_.Enqueue("a", Images({"1"}), kNormal);
  for (const std::int64_t delay_ms : {1000, 2000, 3000, 3000}) {
    FinishAll(Start(), PrefetchOutcome::kRetry, 0);
    EXPECT_EQ(queue_.Next(now_ms_).wait_ms, delay_ms);
    EXPECT_THAT(queue_.WaitingActors(), ElementsAre("a"));
    now_ms_ += delay_ms - 1;
    EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 1);
    now_ms_ += 1;
  }
  FinishAll(Start(), PrefetchOutcome::kRetry, 0);
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  EXPECT_EQ(queue_.Progress().failed, 1u);
  EXPECT_EQ(queue_.Progress().images.failed, 1u);
}

TEST_F(PrefetchQueueTest, RetriesOnlyWhatFailed) {
  queue_.Enqueue("a", Images({"ok", "later", "gone", "there"}), kNormal);
  queue_.Finish(Start().id,
                {{"ok", PrefetchOutcome::kCached, 7},
                 {"later", PrefetchOutcome::kRetry, 3},
                 {"gone", PrefetchOutcome::kFailed, 0},
                 {"there", PrefetchOutcome::kAlreadyCached, 0}},
                now_ms_);
  now_ms_ += 1000;
  const PrefetchBatch retry = Start();
  EXPECT_THAT(KeysOf(retry), ElementsAre("later"));
  FinishAll(retry);
  const PrefetchProgress progress = queue_.Progress();
  EXPECT_EQ(progress.images.completed, 3u);
  EXPECT_EQ(progress.images.failed, 1u);
  EXPECT_EQ(progress.bytes, 20u);
  EXPECT_EQ(progress.failed, 1u) << "one of its images is not there";
  EXPECT_EQ(progress.completed, 0u);
}

TEST_F(PrefetchQueueTest, AnImageWithoutAResultCountsAsRetry) {
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.Finish(Start().id, {{"1", PrefetchOutcome::kCached, 1}}, now_ms_);
  now_ms_ += 1000;
  EXPECT_THAT(KeysOf(Start()), ElementsAre("2"));
}

TEST_F(PrefetchQueueTest, OthersGoOnWhileAnActorWaitsForItsRetry) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kLow);
  queue_.Enqueue("c", Images({"3"}), kLow);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("b", "c", "a"));
  now_ms_ += 100;
  const PrefetchBatch b = Start();
  EXPECT_EQ(b.actor_id, "b");
  now_ms_ += 5000;
  FinishAll(b);
  now_ms_ += 100;
  EXPECT_EQ(Start().actor_id, "a") << "due by now, and of higher priority";
}

TEST_F(PrefetchQueueTest, ADueRetryOfHighPriorityIsWaitedForBesideALowerBatch) {
  queue_.Enqueue("opened", Images({"1"}), kHigh);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  queue_.Enqueue("low", Images({"2"}), kLow);
  now_ms_ += 100;
  EXPECT_EQ(Start().actor_id, "low");
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kWait);
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 900);
  now_ms_ += 900;
  EXPECT_EQ(Start().actor_id, "opened");
}

TEST_F(PrefetchQueueTest, ARetryAsksForNoPauseAfterABatchOfItsOwnActor) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = 500, .first_retry_delay_ms = 200});
  queue_.Enqueue("a", Images({"1"}), kNormal);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 200);
  now_ms_ += 200;
  EXPECT_EQ(Start().actor_id, "a");
}

TEST_F(PrefetchQueueTest, ARetryWaitsForThePauseAfterABatchOfAnother) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = 500, .first_retry_delay_ms = 200});
  queue_.Enqueue("a", Images({"1"}), kNormal);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  queue_.Enqueue("opened", Images({"2"}), kHigh);
  FinishAll(Start());
  now_ms_ += 200;
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 300);
  now_ms_ += 300;
  EXPECT_EQ(Start().actor_id, "a");
}

TEST_F(PrefetchQueueTest, AnImageThatFailedForGoodIsTriedAnewWhenAskedForAgain) {
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.Finish(Start().id, {{"1", PrefetchOutcome::kFailed, 0}}, now_ms_);
  EXPECT_EQ(queue_.Progress().images.failed, 1u);
  queue_.Enqueue("a", Images({"1"}), kNormal);
  EXPECT_EQ(queue_.Progress().images.failed, 0u);
  EXPECT_EQ(queue_.Progress().images.total, 2u);
  now_ms_ += 100;
  EXPECT_THAT(KeysOf(Start()), ElementsAre("1"));
}

TEST_F(PrefetchQueueTest, StartsAnewAnActorThatIsDoneWith) {
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  FinishAll(Start());
  queue_.Enqueue("a", Images({"2", "3", "4"}), kLow);
  const PrefetchProgress progress = queue_.Progress();
  EXPECT_EQ(progress.total, 1u);
  EXPECT_EQ(progress.completed, 0u);
  EXPECT_EQ(progress.images.total, 3u);
  EXPECT_EQ(progress.images.completed, 0u);
  EXPECT_EQ(progress.bytes, 20u) << "of everything downloaded";
  now_ms_ += 100;
  const PrefetchBatch batch = Start();
  EXPECT_EQ(batch.priority, kLow);
  EXPECT_THAT(KeysOf(batch), ElementsAre("2", "3", "4"));
}

TEST_F(PrefetchQueueTest, IsBusyWithWhatWaitsRunsOrWillBeRetried) {
  EXPECT_FALSE(queue_.IsBusyWith("a"));
  queue_.Enqueue("a", Images({"1"}), kNormal);
  EXPECT_TRUE(queue_.IsBusyWith("a")) << "it waits";
  const PrefetchBatch batch = Start();
  EXPECT_TRUE(queue_.IsBusyWith("a")) << "it runs";
  FinishAll(batch, PrefetchOutcome::kRetry);
  EXPECT_TRUE(queue_.IsBusyWith("a")) << "it waits for its retry";
  RunToTheEnd();
  EXPECT_FALSE(queue_.IsBusyWith("a")) << "it is done with";
  queue_.Enqueue("b", Images({"2"}), kNormal);
  queue_.Cancel("b");
  EXPECT_FALSE(queue_.IsBusyWith("b")) << "it is cancelled";
}

TEST_F(PrefetchQueueTest, CancelsAWaitingActor) {
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.Enqueue("b", Images({"3"}), kNormal);
  queue_.Cancel("a");
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("b"));
  const PrefetchProgress progress = queue_.Progress();
  EXPECT_EQ(progress.total, 2u);
  EXPECT_EQ(progress.cancelled, 1u);
  EXPECT_EQ(progress.images.total, 1u);
  EXPECT_EQ(progress.images.cancelled, 2u);
  queue_.Cancel("a");
  queue_.Cancel("unknown");
  EXPECT_EQ(queue_.Progress().cancelled, 1u);
  EXPECT_EQ(Start().actor_id, "b") << "nothing is to be aborted";
}

TEST_F(PrefetchQueueTest, CancelsARunningActorAndGoesOnWithTheNext) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.Cancel("a");
  EXPECT_EQ(queue_.Progress().current, "");
  EXPECT_EQ(Abort(), batch.id);
  EXPECT_EQ(Start().actor_id, "b");
  FinishAll(batch);
  EXPECT_EQ(queue_.Progress().bytes, 0u) << "its end is nobody's business any more";
  EXPECT_EQ(queue_.Progress().completed, 0u);
}

TEST_F(PrefetchQueueTest, TellsOfAbortsWhilePausedToo) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.Pause();
  queue_.Cancel("a");
  EXPECT_EQ(Abort(), batch.id);
  EXPECT_EQ(NextKind(), Kind::kIdle);
}

TEST_F(PrefetchQueueTest, CancelsAllBatchesOfAnActor) {
  queue_.Enqueue("a", Images({"1"}), kLow);
  const PrefetchBatch first = Start();
  queue_.Enqueue("a", Images({"2"}), kHigh);
  const PrefetchBatch second = Start();
  queue_.Cancel("a");
  EXPECT_THAT(std::vector({Abort(), Abort()}), UnorderedElementsAre(first.id, second.id));
  EXPECT_EQ(NextKind(), Kind::kIdle);
}

TEST_F(PrefetchQueueTest, ACancelledActorWaitingForARetryIsForgotten) {
  queue_.Enqueue("a", Images({"1", "2"}), kNormal);
  queue_.Finish(Start().id, {{"1", PrefetchOutcome::kCached, 1}}, now_ms_);
  queue_.Cancel("a");
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  EXPECT_EQ(queue_.Progress().images.total, 1u);
  EXPECT_EQ(queue_.Progress().images.completed, 1u);
}

TEST_F(PrefetchQueueTest, ACancelledActorCanComeBack) {
  queue_.Enqueue("a", Images({"1"}), kHigh);
  queue_.Cancel("a");
  queue_.Enqueue("a", Images({"1"}), kLow);
  EXPECT_EQ(queue_.Progress().cancelled, 0u);
  EXPECT_EQ(queue_.Progress().total, 1u);
  EXPECT_EQ(Start().priority, kLow);
}

TEST_F(PrefetchQueueTest, CancelsEverything) {
  queue_.Enqueue("done", Images({"0"}), kHigh);
  FinishAll(Start());
  queue_.Enqueue("a", Images({"1"}), kHigh);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.CancelAll();
  EXPECT_EQ(Abort(), batch.id);
  const PrefetchProgress progress = queue_.Progress();
  EXPECT_EQ(progress.completed, 1u);
  EXPECT_EQ(progress.cancelled, 2u);
  EXPECT_EQ(progress.total, 3u);
  EXPECT_THAT(queue_.WaitingActors(), IsEmpty());
  queue_.CancelAll();
  EXPECT_EQ(NextKind(), Kind::kIdle);
}

TEST_F(PrefetchQueueTest, IgnoresBatchesAndImagesItDoesNotKnow) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.Finish(batch.id + 1, {{"1", PrefetchOutcome::kCached, 1}}, now_ms_);
  queue_.Finish(0, {}, now_ms_);
  EXPECT_EQ(queue_.Progress().current, "a");
  queue_.Finish(batch.id,
                {{"other", PrefetchOutcome::kCached, 1000},
                 {"1", PrefetchOutcome::kCached, 1},
                 {"1", PrefetchOutcome::kFailed, 1000}},
                now_ms_);
  EXPECT_EQ(queue_.Progress().completed, 1u);
  EXPECT_EQ(queue_.Progress().bytes, 1u);
  FinishAll(batch);
  EXPECT_EQ(queue_.Progress().bytes, 1u) << "a batch ends once";
}

TEST_F(PrefetchQueueTest, TakesAStepBackOfTheClockForStandingStill) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  FinishAll(Start());
  EXPECT_EQ(queue_.Next(now_ms_ - 500).wait_ms, 100);
}

TEST_F(PrefetchQueueTest, MakesSenseOfSenselessOptions) {
  queue_ = PrefetchQueue({.pause_between_actors_ms = -1,
                          .max_attempts = 0,
                          .first_retry_delay_ms = -5,
                          .max_retry_delay_ms = -5});
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  FinishAll(Start(), PrefetchOutcome::kRetry);
  EXPECT_EQ(queue_.Progress().failed, 1u);
  EXPECT_EQ(Start().actor_id, "b");
}

TEST_F(PrefetchQueueTest, SurvivesTheEndOfTime) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  queue_ = PrefetchQueue({.pause_between_actors_ms = kMax,
                          .max_attempts = 1000,
                          .first_retry_delay_ms = kMax / 3,
                          .max_retry_delay_ms = kMax});
  queue_.Enqueue("a", Images({"1"}), kHigh);
  now_ms_ = kMax - 1;
  for (int attempt = 0; attempt < 5; ++attempt) {
    FinishAll(Start(), PrefetchOutcome::kRetry);
    now_ms_ = kMax;
  }
  queue_.Enqueue("b", Images({"2"}), kNormal);
  EXPECT_EQ(Start().actor_id, "a");
}

}  // namespace
}  // namespace image_cache
