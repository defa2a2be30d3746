#include "native-server/base/growing_file.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace image_cache {
namespace {

using State = GrowingFile::State;
using Progress = GrowingFile::Progress;

// Only counts are of interest here, so there are no bytes.
GrowingFile MakeFile(std::optional<std::uint64_t> announced_bytes = std::nullopt) {
  return {UniqueFd(), announced_bytes};
}

TEST(GrowingFileTest, TellsHowFarItIs) {
  GrowingFile file = MakeFile(10);
  EXPECT_EQ(file.progress(), (Progress{.size_bytes = 0, .state = State::kGrowing}));
  EXPECT_EQ(file.total_bytes(), 10U);
  file.GrowTo(4);
  EXPECT_EQ(file.progress(), (Progress{.size_bytes = 4, .state = State::kGrowing}));
  file.GrowTo(10);
  file.Finish();
  EXPECT_EQ(file.progress(), (Progress{.size_bytes = 10, .state = State::kWhole}));
}

TEST(GrowingFileTest, LearnsItsLengthAtTheEndWhenItWasNotAnnounced) {
  GrowingFile file = MakeFile();
  file.GrowTo(4);
  EXPECT_EQ(file.total_bytes(), std::nullopt);
  file.Finish();
  EXPECT_EQ(file.total_bytes(), 4U);
}

TEST(GrowingFileTest, HasFailedWhenItIsShorterThanAnnounced) {
  GrowingFile file = MakeFile(10);
  file.GrowTo(9);
  file.Finish();
  EXPECT_EQ(file.progress().state, State::kFailed);
}

TEST(GrowingFileTest, WakesWhoWantsMoreOnceAndNotBefore) {
  GrowingFile file = MakeFile();
  int near = 0;
  int far = 0;
  const auto watch_near = file.WatchBeyond(0, [&near] { ++near; });
  const auto watch_far = file.WatchBeyond(100, [&far] { ++far; });
  EXPECT_EQ(near, 0);
  file.GrowTo(100);
  EXPECT_EQ(near, 1);
  EXPECT_EQ(far, 0) << "100 bytes are not more than 100";
  file.GrowTo(101);
  EXPECT_EQ(far, 1);
  file.GrowTo(102);
  file.Finish();
  EXPECT_EQ(near, 1);
  EXPECT_EQ(far, 1);
}

TEST(GrowingFileTest, WakesAtOnceWhoCouldGoOn) {
  GrowingFile file = MakeFile();
  file.GrowTo(5);
  int woken = 0;
  const auto has_more = file.WatchBeyond(4, [&woken] { ++woken; });
  EXPECT_EQ(woken, 1);
  file.Fail();
  const auto has_ended = file.WatchBeyond(5, [&woken] { ++woken; });
  EXPECT_EQ(woken, 2);
}

TEST(GrowingFileTest, WakesEverybodyAtTheEnd) {
  for (const bool well : {true, false}) {
    GrowingFile file = MakeFile();
    int woken = 0;
    const auto first = file.WatchBeyond(0, [&woken] { ++woken; });
    const auto second = file.WatchBeyond(1'000'000, [&woken] { ++woken; });
    well ? file.Finish() : file.Fail();
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(file.progress().state, well ? State::kWhole : State::kFailed);
  }
}

TEST(GrowingFileTest, ForgetsWhoHasLeft) {
  GrowingFile file = MakeFile();
  int woken = 0;
  {
    GrowingFile::Watch watch = file.WatchBeyond(0, [&woken] { ++woken; });
    const GrowingFile::Watch moved = std::move(watch);
  }
  file.GrowTo(1);
  EXPECT_EQ(woken, 0);
}

TEST(GrowingFileTest, MayBeAskedFromAWake) {
  GrowingFile file = MakeFile();
  Progress seen;
  const auto watch = file.WatchBeyond(0, [&] { seen = file.progress(); });
  file.GrowTo(7);
  EXPECT_EQ(seen.size_bytes, 7U);
}

TEST(GrowingFileTest, LeavesNoReaderBehindWhenManyFollow) {
  constexpr std::uint64_t kSteps = 1000;
  GrowingFile file = MakeFile(kSteps);
  std::vector<std::thread> readers;
  std::atomic<int> at_the_end{0};
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&file, &at_the_end] {
      std::uint64_t position = 0;
      for (;;) {
        std::atomic<bool> woken{false};
        const auto watch = file.WatchBeyond(position, [&woken] {
          woken = true;
          woken.notify_one();
        });
        woken.wait(false);
        const Progress progress = file.progress();
        EXPECT_TRUE(progress.size_bytes > position || progress.state != State::kGrowing);
        position = progress.size_bytes;
        if (progress.state == State::kWhole && position == kSteps) break;
      }
      ++at_the_end;
    });
  }
  for (std::uint64_t step = 1; step <= kSteps; ++step) file.GrowTo(step);
  file.Finish();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(at_the_end, 4);
}

}  // namespace
}  // namespace image_cache
