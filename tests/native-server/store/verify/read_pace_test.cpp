#include "native-server/store/verify/read_pace.h"

#include <gtest/gtest.h>

#include <thread>

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(ReadPaceTest, DoesNotWaitWithoutABound) {
  ReadPace pace(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(pace.Take(1ULL << 40));
}

TEST(ReadPaceTest, LetsThroughNoMoreThanItsBound) {
  ReadPace pace(1'000'000);
  const auto begin = steady_clock::now();
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(pace.Take(20'000));
  // The first goes at once, each of the others waits until the one before is paid for.
  EXPECT_GE(steady_clock::now() - begin, milliseconds(100));
}

TEST(ReadPaceTest, BoundsAllThreadsTogether) {
  ReadPace pace(1'000'000);
  const auto begin = steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&pace] { EXPECT_TRUE(pace.Take(20'000)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(steady_clock::now() - begin, milliseconds(100));
}

TEST(ReadPaceTest, StopsWhoWaits) {
  ReadPace pace(1);
  EXPECT_TRUE(pace.Take(1ULL << 60));  // paid for in the far future
  std::thread waiting([&pace] { EXPECT_FALSE(pace.Take(1)); });
  std::thread resting([&pace] { EXPECT_FALSE(pace.Rest(std::chrono::hours(1))); });
  pace.Stop();
  waiting.join();
  resting.join();
  EXPECT_FALSE(pace.Take(0));
  EXPECT_TRUE(pace.stopped());
}

}  // namespace
}  // namespace image_cache
