// What the queue tells people: who waits, in which order, and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_queue_fixture.h"

namespace image_cache {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr auto kHigh = PrefetchPriority::kHigh;
constexpr auto kNormal = PrefetchPriority::kNormal;
constexpr auto kLow = PrefetchPriority::kLow;

auto Is(const std::string& id, PrefetchHold hold) {
  return AllOf(Field("id", &QueuedActor::id, id), Field("hold", &QueuedActor::hold, hold));
}

class PrefetchDescriptionTest : public PrefetchQueueTest {
 protected:
  PrefetchHold HoldOfFirst() {
    const std::vector<QueuedActor> actors = queue_.Describe(1);
    EXPECT_EQ(actors.size(), 1u);
    return actors.empty() ? PrefetchHold::kNone : actors.front().hold;
  }
};

TEST_F(PrefetchDescriptionTest, IsEmptyBeforeAndAfterTheWork) {
  EXPECT_THAT(queue_.Describe(10), IsEmpty());
  queue_.Enqueue("a", Images({"1"}), kNormal);
  RunToTheEnd();
  EXPECT_THAT(queue_.Describe(10), IsEmpty());
}

TEST_F(PrefetchDescriptionTest, NamesWhatRunsAndThenWhatWaitsInItsOrder) {
  queue_.Enqueue("low", Images({"1"}), kLow);
  queue_.Enqueue("normal", Images({"2", "3"}), kNormal);
  Start();
  queue_.Enqueue("high", Images({"4"}), kHigh);
  EXPECT_THAT(queue_.Describe(10),
              ElementsAre(Is("normal", PrefetchHold::kNone), Is("high", PrefetchHold::kTurn),
                          Is("low", PrefetchHold::kTurn)));
  EXPECT_THAT(queue_.Describe(2),
              ElementsAre(Is("normal", PrefetchHold::kNone), Is("high", PrefetchHold::kTurn)));
}

TEST_F(PrefetchDescriptionTest, NamesAnActorOnceWithTwoBatchesOfIt) {
  queue_ = PrefetchQueue({.batch_images = 1});
  queue_.Enqueue("a", Images({"1", "2", "3"}), kHigh);
  Start();
  Start();
  EXPECT_THAT(queue_.Describe(10), ElementsAre(Is("a", PrefetchHold::kNone)));
}

TEST_F(PrefetchDescriptionTest, CountsWhatWaitsAndRuns) {
  queue_ = PrefetchQueue({.batch_images = 1});
  queue_.Enqueue("a", Images({"1", "2", "3"}), kNormal);
  FinishAll(Start());
  Start();
  EXPECT_EQ(queue_.Describe(1).front().images_left, 2u);
}

TEST_F(PrefetchDescriptionTest, SaysWhenARetryIsDue) {
  queue_ = PrefetchQueue({.first_retry_delay_ms = 700});
  queue_.Enqueue("a", Images({"1"}), kNormal);
  FinishAll(Start(), PrefetchOutcome::kRetry, 0);
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kRetry);
  EXPECT_EQ(queue_.Describe(1).front().retry_in_ms, 700);
}

TEST_F(PrefetchDescriptionTest, SaysWhichConditionHolds) {
  queue_.Enqueue("a", Images({"1", "2"}), kLow);
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kTurn);
  queue_.SetConditions({.is_hidden = true});
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kHidden);
  queue_.SetConditions({.saves_data = true});
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kSavesData);
  queue_.SetVisible("a", "2", true);
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kTurn);
  EXPECT_TRUE(queue_.Describe(1).front().has_visible);
  queue_.SetConditions({.is_offline = true});
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kOffline);
  queue_.Pause();
  EXPECT_EQ(HoldOfFirst(), PrefetchHold::kPaused);
}

}  // namespace
}  // namespace image_cache
