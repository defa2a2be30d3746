// What a worker cannot do, tried by a worker.
#include "tests/native-server/workers/pool_fixture.h"

namespace image_cache::testing {
namespace {

using ConfinementTest = PoolTest;

TEST_F(ConfinementTest, ReachesNoFileNoNetworkNoOtherProcessAndNoSecret) {
  const UniqueFd inheritable(::dup(output.get()));  // as accepted connections are
  Start();
  const auto answer = Run(kBreakOut, static_cast<std::uint64_t>(::getpid()));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->results[0], kKeptThreads);
}

TEST_F(ConfinementTest, HasOnlySoMuchMemoryAndSaysSo) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "an address space with a shadow cannot be limited";
#endif
  Start();
  EXPECT_TRUE(Run(kAllocate, 64 << 20));
  const auto answer = Run(kAllocate, 1 << 30);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kFailed);
  EXPECT_EQ(answer.error().detail, "not enough memory");
  EXPECT_EQ(pool->Stats().crashes, 0U);
}

TEST_F(ConfinementTest, WritesNoMoreThanItMay) {
  Start();
  input.assign((1 << 20) + 1, 'x');
  const auto answer = Run(kCopy);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kFailed);
}

TEST_F(ConfinementTest, UsesNoMoreOfTheProcessorThanItMay) {
  // Ended by the kernel: the deadline is that of a system without any other load.
  auto process = WorkerProcess::Start(PROBE_WORKER, std::chrono::seconds(60));
  ASSERT_TRUE(process) << process.error().detail;
  const auto answer = (*process)->Run({.operation = kSpin, .cpu_seconds = 1}, File(), File(),
                                      std::chrono::seconds(120));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kCrashed);
}

}  // namespace
}  // namespace image_cache::testing
