#include "native-server/services/statistics.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace image_cache {
namespace {

TEST(StatisticsTest, CountsFromManyThreads) {
  Statistics statistics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&statistics] {
      for (int i = 0; i < 1000; ++i) {
        statistics.CountHit(10, 7);
        statistics.CountNotModified();
        statistics.CountMiss();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const StatisticsSnapshot snapshot = statistics.Read();
  EXPECT_EQ(snapshot.hits, 8000U) << "a 304 is a hit too";
  EXPECT_EQ(snapshot.not_modified, 4000U);
  EXPECT_EQ(snapshot.misses, 4000U);
  EXPECT_EQ(snapshot.bytes_served, 40000U);
  EXPECT_EQ(snapshot.saved_us, 28000U);
}

}  // namespace
}  // namespace image_cache
