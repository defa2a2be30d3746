#include "native-server/workers/worker_pool.h"

#include <signal.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "tests/native-server/workers/pool_fixture.h"

namespace image_cache::testing {
namespace {

using std::chrono::milliseconds;

class WorkerPoolTest : public PoolTest {
 protected:
  pid_t Pid() { return static_cast<pid_t>(Run(kTellPid)->results[0]); }
  // Waits until the pool says so.
  template <typename Condition>
  bool WaitUntil(Condition condition) {
    for (int i = 0; i < 20'000; ++i) {
      if (condition(pool->Stats())) return true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
  }
};

TEST_F(WorkerPoolTest, StartsAProcessWithTheFirstJobAndKeepsIt) {
  Start();
  EXPECT_EQ(pool->Stats().processes, 0U);
  input = "a picture";
  const auto answer = Run(kCopy, 7);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(Content(output), "a picture");
  EXPECT_EQ(answer->output_bytes, 9U);
  EXPECT_EQ(answer->results[0], 7U);
  EXPECT_EQ(pool->Stats().processes, 1U);
  EXPECT_EQ(Pid(), Pid());
}

TEST_F(WorkerPoolTest, EndsAProcessThatHasNothingToDo) {
  auto options = Options();
  options.idle_time = milliseconds(1);
  Start(std::move(options));
  const pid_t first = Pid();
  EXPECT_TRUE(WaitUntil([](const WorkerPoolStats& stats) { return stats.processes == 0; }));
  EXPECT_NE(::kill(first, 0), 0);
  EXPECT_EQ(errno, ESRCH);
  EXPECT_NE(Pid(), first);
}

TEST_F(WorkerPoolTest, KeepsOneReadyWhenItIsToldTo) {
  auto options = Options();
  options.idle_time = milliseconds(1);
  options.jobs_per_process = 2;
  options.keep_one_ready = true;
  Start(std::move(options));
  const auto one_is_ready = [](const WorkerPoolStats& stats) { return stats.processes == 1; };
  EXPECT_TRUE(WaitUntil(one_is_ready));
  const pid_t first = Pid();
  EXPECT_EQ(Pid(), first);
  // Another comes in its place, before anybody asks.
  EXPECT_TRUE(WaitUntil(one_is_ready));
  EXPECT_NE(::kill(first, 0), 0);
  EXPECT_NE(Pid(), first);
}

TEST_F(WorkerPoolTest, StartsNoProcessWhileOneHasNothingToDo) {
  auto options = Options();
  options.processes = 4;
  Start(std::move(options));
  const pid_t first = Pid();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Pid(), first);
  EXPECT_EQ(pool->Stats().processes, 1U);
}

TEST_F(WorkerPoolTest, DoesWhatNobodyWaitsForWithTheLowestPriority) {
  auto options = Options();
  options.processes = 2;
  Start(std::move(options));
  const auto before = Run(kTellNice);
  const auto background = Begin(kTellNice, 0, WorkerUrgency::kBackground).get();
  const auto after = Run(kTellNice);
  ASSERT_TRUE(before && background && after);
  EXPECT_EQ(background->results[0], 19U);
  EXPECT_LT(before->results[0], 19U);
  EXPECT_EQ(after->results[0], before->results[0]);
}

TEST_F(WorkerPoolTest, EndsAProcessThatHasDoneEnough) {
  auto options = Options();
  options.jobs_per_process = 2;
  Start(std::move(options));
  const pid_t first = Pid();
  EXPECT_EQ(Pid(), first);
  EXPECT_NE(Pid(), first);
}

TEST_F(WorkerPoolTest, TriesAgainWithANewProcessAndAnEmptyOutput) {
  Start();
  const pid_t first = Pid();
  const auto answer = Run(kCrashOnce);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(Content(output), "1");
  EXPECT_NE(Pid(), first);
  EXPECT_EQ(pool->Stats().crashes, 0U);
}

TEST_F(WorkerPoolTest, GivesAJobUpThatNoProcessSurvives) {
  Start();
  const auto answer = Run(kCrash);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kCrashed);
  EXPECT_EQ(pool->Stats().crashes, 1U);
  input = "the next one";
  EXPECT_TRUE(Run(kCopy));
}

TEST_F(WorkerPoolTest, EndsAJobAtItsDeadline) {
  Start();
  const auto answer = Run(kHang, 0, milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kTooSlow);
  EXPECT_EQ(pool->Stats().timeouts, 1U);
  EXPECT_TRUE(Run(kCopy));
}

TEST_F(WorkerPoolTest, TellsARefusalInWordsThatCanBeRead) {
  Start();
  const auto answer = Run(kRefuse);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, WorkerError::kRefused);
  EXPECT_EQ(answer.error().detail, "not [31m a picture");
}

TEST_F(WorkerPoolTest, TurnsAwayWhatHasNoRoomToWait) {
  Start();
  auto running = Begin(kHang, 0, WorkerUrgency::kDemand, milliseconds(2'000));
  ASSERT_TRUE(WaitUntil(
      [](const WorkerPoolStats& stats) { return stats.processes == 1 && stats.waiting == 0; }));
  auto first = Begin(kCopy);
  auto second = Begin(kCopy);
  const auto third = Run(kCopy);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, WorkerError::kBusy);
  EXPECT_EQ(pool->Stats().refused, 1U);
  EXPECT_FALSE(running.get());
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
}

TEST_F(WorkerPoolTest, LeavesAProcessForWhoWaits) {
  auto options = Options();
  options.processes = 2;
  Start(std::move(options));
  std::vector<std::future<Outcome>> background;
  for (int i = 0; i < 2; ++i) {
    background.push_back(Begin(kHang, 0, WorkerUrgency::kBackground, milliseconds(2'000)));
  }
  // Ended long before the others are given up.
  EXPECT_TRUE(Run(kCopy));
  EXPECT_EQ(pool->Stats().timeouts, 0U);
  for (auto& job : background) EXPECT_EQ(job.get().error().code, WorkerError::kTooSlow);
}

TEST_F(WorkerPoolTest, EndsWhatWaitsWhenItIsDestroyed) {
  Start();
  auto running = Begin(kHang, 0, WorkerUrgency::kDemand, milliseconds(200));
  ASSERT_TRUE(WaitUntil(
      [](const WorkerPoolStats& stats) { return stats.processes == 1 && stats.waiting == 0; }));
  auto waiting = Begin(kCopy);
  pool.reset();
  EXPECT_EQ(waiting.get().error().code, WorkerError::kStopping);
  EXPECT_EQ(running.get().error().code, WorkerError::kTooSlow);
}

TEST_F(WorkerPoolTest, EndsWhatNobodyWaitsForWhenItStops) {
  Start();
  auto running = Begin(kHang, 0, WorkerUrgency::kBackground, milliseconds(600'000));
  ASSERT_TRUE(WaitUntil(
      [](const WorkerPoolStats& stats) { return stats.processes == 1 && stats.waiting == 0; }));
  pool->Stop();
  EXPECT_EQ(running.get().error().code, WorkerError::kStopping);
}

TEST_F(WorkerPoolTest, SaysThatAProgramIsNoWorker) {
  for (const char* program : {"/nonexistent/worker", "/bin/true"}) {
    auto options = Options();
    options.program = program;
    Start(std::move(options));
    const auto answer = Run(kCopy);
    ASSERT_FALSE(answer) << program;
    EXPECT_EQ(answer.error().code, WorkerError::kUnavailable);
    EXPECT_EQ(pool->Stats().processes, 0U);
  }
}

}  // namespace
}  // namespace image_cache::testing
