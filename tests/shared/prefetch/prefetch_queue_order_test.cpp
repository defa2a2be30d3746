// What starts, and when: priorities, promotion, one actor at a time, pauses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = PrefetchStep::Kind;

constexpr auto kHigh = PrefetchPriority::kHigh;
constexpr auto kNormal = PrefetchPriority::kNormal;
constexpr auto kLow = PrefetchPriority::kLow;

TEST_F(PrefetchQueueTest, IsIdleWhenEmpty) {
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  EXPECT_EQ(queue_.Progress().total, 0u);
  EXPECT_EQ(queue_.Progress().current, "");
  EXPECT_THAT(queue_.WaitingActors(), IsEmpty());
}

TEST_F(PrefetchQueueTest, StartsAnActorWithItsImagesInTheirOrder) {
  queue_.Enqueue("a", Images({"k2", "k1", "k3"}), kLow);
  const PrefetchBatch batch = Start();
  EXPECT_EQ(batch.actor_id, "a");
  EXPECT_EQ(batch.priority, kLow);
  EXPECT_THAT(KeysOf(batch), ElementsAre("k2", "k1", "k3"));
  EXPECT_EQ(batch.images[0].s3_url, "url-of-k2");
  EXPECT_EQ(batch.images[0].filename, "k2.jpg");
  EXPECT_NE(batch.id, 0u);
}

TEST_F(PrefetchQueueTest, HighGoesBeforeNormalBeforeLow) {
  queue_.Enqueue("low", Images({"1"}), kLow);
  queue_.Enqueue("normal", Images({"2"}), kNormal);
  queue_.Enqueue("high", Images({"3"}), kHigh);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("high", "normal", "low"));
  EXPECT_THAT(RunToTheEnd(), ElementsAre("high", "normal", "low"));
}

TEST_F(PrefetchQueueTest, IsFirstComeFirstServedWithinNormalAndLow) {
  for (const char* id : {"c", "a", "b"}) queue_.Enqueue(id, Images({id}), kNormal);
  EXPECT_THAT(RunToTheEnd(), ElementsAre("c", "a", "b"));
}

TEST_F(PrefetchQueueTest, TheActorOpenedLastGoesBeforeThoseOpenedEarlier) {
  for (const char* id : {"a", "b", "c"}) queue_.Enqueue(id, Images({id}), kHigh);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("c", "b", "a"));
  queue_.Enqueue("a", {}, kHigh);
  EXPECT_THAT(RunToTheEnd(), ElementsAre("a", "c", "b"));
}

TEST_F(PrefetchQueueTest, PromotesAWaitingActorInPlace) {
  queue_.Enqueue("first", Images({"1"}), kNormal);
  queue_.Enqueue("early", Images({"2"}), kLow);
  queue_.Enqueue("second", Images({"3"}), kNormal);
  queue_.Enqueue("early", {}, kNormal);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("first", "early", "second"));
  queue_.Enqueue("second", {}, kHigh);
  EXPECT_THAT(queue_.WaitingActors(), ElementsAre("second", "first", "early"));
  EXPECT_EQ(Start().priority, kHigh);
  EXPECT_EQ(queue_.Progress().total, 3u);
}

TEST_F(PrefetchQueueTest, NeverDemotes) {
  queue_.Enqueue("a", Images({"1"}), kHigh);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  queue_.Enqueue("a", {}, kLow);
  EXPECT_EQ(Start().priority, kHigh);
}

TEST_F(PrefetchQueueTest, QueuesNothingTwice) {
  queue_.Enqueue("a", Images({"1", "1", "2"}), kNormal);
  queue_.Enqueue("a", Images({"2", "3"}), kNormal);
  EXPECT_EQ(queue_.Progress().images.total, 3u);
  EXPECT_THAT(KeysOf(Start()), ElementsAre("1", "2", "3"));
}

TEST_F(PrefetchQueueTest, FetchesTheUrlThatWasGivenLast) {
  queue_.Enqueue("a", {{"https://host/k?X-Amz-Signature=old", "old.jpg", "k"}}, kNormal);
  queue_.Enqueue("a", {{"https://host/k?X-Amz-Signature=new", "new.jpg", "k"}}, kNormal);
  const PrefetchBatch batch = Start();
  ASSERT_THAT(batch.images, SizeIs(1));
  EXPECT_EQ(batch.images[0].s3_url, "https://host/k?X-Amz-Signature=new");
  EXPECT_EQ(batch.images[0].filename, "new.jpg");
}

TEST_F(PrefetchQueueTest, CompletesAnActorWithoutImagesAtOnce) {
  queue_.Enqueue("a", {}, kNormal);
  EXPECT_EQ(queue_.Progress().completed, 1u);
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
}

TEST_F(PrefetchQueueTest, RunsOneActorAtATime) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  Start();
  EXPECT_EQ(queue_.Next(now_ms_ + 1'000'000).kind, Kind::kIdle);
  EXPECT_EQ(queue_.Progress().current, "a");
}

TEST_F(PrefetchQueueTest, PausesBetweenActorsFromTheEndOfTheLast) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  const PrefetchBatch batch = Start();
  now_ms_ += 5000;
  FinishAll(batch);
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kWait);
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 100);
  now_ms_ += 60;
  EXPECT_EQ(queue_.Next(now_ms_).wait_ms, 40);
  now_ms_ += 40;
  EXPECT_EQ(Start().actor_id, "b");
}

TEST_F(PrefetchQueueTest, WaitsForNothingWhenNobodyWaits) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  FinishAll(Start());
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
}

TEST_F(PrefetchQueueTest, HighPriorityDoesNotWaitForThePause) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  FinishAll(Start());
  queue_.Enqueue("b", Images({"2"}), kNormal);
  queue_.Enqueue("opened", Images({"3"}), kHigh);
  EXPECT_EQ(Start().actor_id, "opened");
}

TEST_F(PrefetchQueueTest, HighPriorityStartsBesideARunningLowerOne) {
  queue_.Enqueue("background", Images({"1"}), kNormal);
  const PrefetchBatch background = Start();
  queue_.Enqueue("opened", Images({"2"}), kHigh);
  EXPECT_EQ(Start().actor_id, "opened");
  EXPECT_EQ(queue_.Progress().current, "opened");
  FinishAll(background);
  EXPECT_EQ(queue_.Progress().completed, 1u);
}

TEST_F(PrefetchQueueTest, TheActorOpenedLastStartsBesideTheOneOpenedBefore) {
  queue_.Enqueue("first", Images({"1"}), kHigh);
  Start();
  queue_.Enqueue("second", Images({"2"}), kHigh);
  EXPECT_EQ(Start().actor_id, "second");
  queue_.Enqueue("first", Images({"3"}), kLow);
  EXPECT_EQ(NextKind(), Kind::kIdle) << "the one opened earlier waits for the one opened last";
}

TEST_F(PrefetchQueueTest, NothingLowerStartsBesideARunningHighOne) {
  queue_.Enqueue("opened", Images({"1"}), kHigh);
  const PrefetchBatch opened = Start();
  queue_.Enqueue("normal", Images({"2"}), kNormal);
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  FinishAll(opened);
  now_ms_ += 100;
  EXPECT_EQ(Start().actor_id, "normal");
}

TEST_F(PrefetchQueueTest, ImagesForARunningActorFollowInABatchOfTheirOwn) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  const PrefetchBatch first = Start();
  queue_.Enqueue("b", Images({"2"}), kNormal);
  queue_.Enqueue("a", Images({"1", "3"}), kNormal);
  const PrefetchBatch second = Start();
  EXPECT_EQ(second.actor_id, "a");
  EXPECT_THAT(KeysOf(second), ElementsAre("3"));
  EXPECT_EQ(NextKind(), Kind::kIdle);
  FinishAll(first);
  EXPECT_EQ(queue_.Progress().completed, 0u);
  EXPECT_EQ(NextKind(), Kind::kIdle) << "one actor at a time";
  FinishAll(second);
  EXPECT_EQ(queue_.Progress().completed, 1u);
}

TEST_F(PrefetchQueueTest, APromotedRunningActorStartsItsNewImagesBesideTheOld) {
  queue_.Enqueue("a", Images({"1"}), kLow);
  const PrefetchBatch first = Start();
  queue_.Enqueue("a", Images({"1", "2"}), kHigh);
  const PrefetchBatch second = Start();
  EXPECT_EQ(second.actor_id, "a");
  EXPECT_EQ(second.priority, kHigh);
  EXPECT_THAT(KeysOf(second), ElementsAre("2"));
  FinishAll(second);
  EXPECT_EQ(queue_.Progress().completed, 0u);
  FinishAll(first);
  EXPECT_EQ(queue_.Progress().completed, 1u);
  EXPECT_EQ(queue_.Progress().images.completed, 2u);
}

TEST_F(PrefetchQueueTest, PauseLetsRunWhatRunsAndStartsNothing) {
  queue_.Enqueue("a", Images({"1"}), kNormal);
  queue_.Enqueue("b", Images({"2"}), kNormal);
  const PrefetchBatch batch = Start();
  queue_.Pause();
  EXPECT_TRUE(queue_.Progress().paused);
  EXPECT_EQ(queue_.Progress().current, "a");
  queue_.Enqueue("opened", Images({"3"}), kHigh);
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  FinishAll(batch);
  EXPECT_EQ(queue_.Progress().completed, 1u);
  now_ms_ += 1000;
  EXPECT_EQ(queue_.Next(now_ms_).kind, Kind::kIdle);
  queue_.Resume();
  EXPECT_FALSE(queue_.Progress().paused);
  EXPECT_EQ(Start().actor_id, "opened");
}

}  // namespace
}  // namespace image_cache
