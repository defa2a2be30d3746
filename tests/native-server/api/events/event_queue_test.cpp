#include "native-server/api/events/event_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace image_cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EventQueueTest : public testing::Test {
 protected:
  void Make(EventQueueLimits limits = {}, EventKinds kinds = EventKinds::All()) {
    queue = std::make_shared<EventQueue>(kinds, limits, counters,
                                         [this](const auto& opened) { opened_ = opened; });
    queue->Open([this] { ++wakes; });
  }
  void Push(std::string text, std::uint64_t revision, EventKind kind = EventKind::kChanges) {
    queue->Push({.kind = kind,
                 .text = std::make_shared<const std::string>(std::move(text)),
                 .revision = revision});
  }
  std::vector<std::string> TakeAll() {
    std::vector<std::string> texts;
    while (const auto text = queue->Next()) texts.push_back(*text);
    return texts;
  }

  std::shared_ptr<EventCounters> counters = std::make_shared<EventCounters>();
  std::shared_ptr<EventQueue> queue;
  std::shared_ptr<EventQueue> opened_;
  int wakes = 0;
};

TEST_F(EventQueueTest, TellsWhenItsSocketIsOpen) {
  Make();
  EXPECT_EQ(opened_, queue);
}

TEST_F(EventQueueTest, WakesASocketThatHasFoundNothing) {
  Make();
  Push("one", 1);
  EXPECT_EQ(wakes, 0);  // it asks by itself once it is open
  EXPECT_THAT(TakeAll(), ElementsAre("one"));
  Push("two", 2);
  Push("three", 3);
  EXPECT_EQ(wakes, 1);
  EXPECT_THAT(TakeAll(), ElementsAre("two", "three"));
}

TEST_F(EventQueueTest, LeavesOutWhatAPageDoesNotWant) {
  EventKinds kinds;
  kinds.Add(EventKind::kStats);
  Make({}, kinds);
  Push("hello", 1, EventKind::kHello);
  Push("changes", 1, EventKind::kChanges);
  Push("progress", 1, EventKind::kProgress);
  Push("stats", 1, EventKind::kStats);
  EXPECT_THAT(TakeAll(), ElementsAre("hello", "stats"));
  EXPECT_EQ(counters->dropped, 0U);
}

TEST_F(EventQueueTest, PutsOneGapInPlaceOfTooManyMessages) {
  Make({.messages = 2, .bytes = 1000});
  Push("one", 1);
  Push("two", 2);
  Push("three", 3);
  Push("four", 4);
  EXPECT_EQ(counters->waiting, 0U);
  EXPECT_THAT(TakeAll(), ElementsAre(R"({"type":"gap","revision":4})"));
  EXPECT_EQ(counters->gaps, 1U);
  EXPECT_EQ(counters->dropped, 4U);
  Push("five", 5);
  EXPECT_THAT(TakeAll(), ElementsAre("five"));
}

TEST_F(EventQueueTest, GreetsFirstWhateverIsLeftOut) {
  Make({.messages = 1, .bytes = 1000});
  Push("hello", 1, EventKind::kHello);
  Push("two", 2);
  Push("three", 3);
  EXPECT_THAT(TakeAll(), ElementsAre("hello", R"({"type":"gap","revision":3})"));
}

TEST_F(EventQueueTest, PutsOneGapInPlaceOfTooManyBytes) {
  Make({.messages = 100, .bytes = 10});
  Push("12345", 1);
  Push("67890", 2);
  EXPECT_EQ(counters->waiting_bytes, 10U);
  Push("!", 3);
  EXPECT_EQ(counters->waiting_bytes, 0U);
  EXPECT_THAT(TakeAll(), ElementsAre(R"({"type":"gap","revision":3})"));
}

TEST_F(EventQueueTest, TellsOfAGapWhenThereAreMoreChangesThanCanBeTold) {
  Make();
  EXPECT_THAT(TakeAll(), IsEmpty());
  queue->Push({.kind = EventKind::kChanges, .text = nullptr, .revision = 9});
  EXPECT_EQ(wakes, 1);
  EXPECT_THAT(TakeAll(), ElementsAre(R"({"type":"gap","revision":9})"));
  EXPECT_EQ(counters->dropped, 0U);
}

TEST_F(EventQueueTest, KeepsNothingForASocketThatHasEnded) {
  Make();
  EXPECT_THAT(TakeAll(), IsEmpty());
  Push("one", 1);
  queue->Close();
  Push("two", 2);
  EXPECT_TRUE(queue->is_closed());
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(counters->waiting, 0U);
  EXPECT_EQ(counters->waiting_bytes, 0U);
  EXPECT_THAT(TakeAll(), IsEmpty());
}

}  // namespace
}  // namespace image_cache
