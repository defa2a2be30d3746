#include "native-server/services/smaller/outcome_memory.h"

#include <gtest/gtest.h>

namespace image_cache::testing {
namespace {

using std::chrono::seconds;

const OutcomeMemory::TimePoint kNow{seconds(1000)};

TEST(OutcomeMemoryTest, TellsAnOutcomeUntilItsTime) {
  OutcomeMemory memory(2);
  memory.Note({"a", 64}, SmallerOutcome::kFailed, kNow + seconds(30));
  EXPECT_EQ(memory.Find({"a", 64}, kNow), SmallerOutcome::kFailed);
  EXPECT_FALSE(memory.Find({"a", 128}, kNow));
  EXPECT_FALSE(memory.Find({"a", 64}, kNow + seconds(30)));
  EXPECT_EQ(memory.size(), 0U);
}

TEST(OutcomeMemoryTest, KeepsTheNewest) {
  OutcomeMemory memory(2);
  memory.Note({"a", 64}, SmallerOutcome::kAsItIs, kNow + seconds(30));
  memory.Note({"b", 64}, SmallerOutcome::kAsItIs, kNow + seconds(30));
  memory.Note({"a", 64}, SmallerOutcome::kFailed, kNow + seconds(30));
  memory.Note({"c", 64}, SmallerOutcome::kAsItIs, kNow + seconds(30));
  EXPECT_EQ(memory.size(), 2U);
  EXPECT_EQ(memory.Find({"a", 64}, kNow), SmallerOutcome::kFailed);
  EXPECT_FALSE(memory.Find({"b", 64}, kNow));
}

}  // namespace
}  // namespace image_cache::testing
