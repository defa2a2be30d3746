#include "native-server/services/smaller/smaller_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/native-server/base/eventually.h"

namespace image_cache {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Entry Stored(const std::string& name) {
  Entry entry;
  entry.local_path = ".image-cache/images/0001/" + name + ".jpg";
  return entry;
}

// What is made, and how each ends.
class SmallerAheadTest : public ::testing::Test {
 protected:
  std::vector<std::pair<std::string, int>> Made() {
    const std::lock_guard lock(mutex_);
    return made_;
  }
  // From now on who makes one waits until Go.
  void Hold() { held_ = true; }
  void Go() {
    held_ = false;
    std::function<void(SmallerOutcome)> done;
    {
      const std::lock_guard lock(mutex_);
      done = std::exchange(waits_, nullptr);
    }
    if (done) done(SmallerOutcome::kReady);
  }
  bool Waits() {
    const std::lock_guard lock(mutex_);
    return waits_ != nullptr;
  }

  // The thread of ahead_, which is last, uses all of these.
  std::atomic<SmallerOutcome> outcome_{SmallerOutcome::kReady};
  std::vector<int> widths_ = {64, 256};
  std::atomic<bool> held_{false};
  std::mutex mutex_;
  std::vector<std::pair<std::string, int>> made_;
  std::function<void(SmallerOutcome)> waits_;
  SmallerAhead ahead_{[this] { return widths_; },
                      [this](const LocalPath& original, int width, auto done) {
                        {
                          const std::lock_guard lock(mutex_);
                          made_.emplace_back(original.text(), width);
                          if (held_) waits_ = done;
                        }
                        if (!held_) done(outcome_);
                      }};
};

TEST_F(SmallerAheadTest, MakesEachWidthOfEachPicture) {
  ahead_.NoteStored(Stored("a"));
  ahead_.NoteStored(Stored("b"));
  ASSERT_TRUE(Eventually([&] { return Made().size() == 4; }));
  const std::string a = Stored("a").local_path, b = Stored("b").local_path;
  EXPECT_THAT(Made(), ElementsAre(Pair(a, 64), Pair(a, 256), Pair(b, 64), Pair(b, 256)));
}

TEST_F(SmallerAheadTest, TriesNoWiderOneWhenOneWasNotMade) {
  outcome_ = SmallerOutcome::kNotNow;
  ahead_.NoteStored(Stored("a"));
  ahead_.NoteStored(Stored("b"));
  ASSERT_TRUE(Eventually([&] { return Made().size() == 2; }));
  EXPECT_THAT(Made(),
              ElementsAre(Pair(Stored("a").local_path, 64), Pair(Stored("b").local_path, 64)));
}

TEST_F(SmallerAheadTest, LeavesOutWhatFindsNoRoomToWait) {
  Hold();
  ahead_.NoteStored(Stored("first"));
  ASSERT_TRUE(Eventually([&] { return Waits(); }));
  for (std::size_t i = 0; i < SmallerAhead::kMaxWaiting + 3; ++i) {
    ahead_.NoteStored(Stored(std::to_string(i)));
  }
  EXPECT_EQ(ahead_.Stats().waiting, SmallerAhead::kMaxWaiting);
  EXPECT_EQ(ahead_.Stats().left_out, 3U);
  Go();
  EXPECT_TRUE(Eventually([&] { return ahead_.Stats().waiting == 0; }));
}

}  // namespace
}  // namespace image_cache
