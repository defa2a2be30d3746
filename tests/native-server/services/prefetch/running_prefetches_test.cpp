#include "native-server/services/prefetch/running_prefetches.h"

#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

class RunningPrefetchesTest : public FetchTest {
 protected:
  static PrefetchOrder OrderOf(std::string actor_id, const std::vector<std::string>& urls) {
    PrefetchOrder order;
    order.actor_id = std::move(actor_id);
    for (const std::string& url : urls) order.images.push_back({.s3_url = url, .filename = ""});
    return order;
  }
  std::future<void> Run(PrefetchOrder order) {
    auto promise = std::make_shared<std::promise<void>>();
    auto future = promise->get_future();
    PrefetchService(*fetcher, running).Run(std::move(order), [promise](const PrefetchReport&) {
      promise->set_value();
    });
    return future;
  }

  RunningPrefetches running;
};

TEST_F(RunningPrefetchesTest, TellsHowFarEachIs) {
  const auto ended = Run(OrderOf("0001", {KeyOf("a.jpg"), KeyOf("b.jpg"), "not a url"}));
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(Eventually([&] { return running.Read().at(0).counts.cached == 1; }));
  const RunningPrefetch progress = running.Read().at(0);
  EXPECT_EQ(progress.actor_id, "0001");
  EXPECT_EQ(progress.job_id, "");
  EXPECT_EQ(progress.counts.requested, 3U);
  EXPECT_EQ(progress.counts.failed, 1U);
  EXPECT_EQ(progress.counts.bytes, 1000U);
  EXPECT_FALSE(progress.done);
}

TEST_F(RunningPrefetchesTest, ForgetsWhatHasEndedWhenNobodyWatches) {
  const auto ended = Run(OrderOf("0001", {KeyOf("a.jpg")}));
  EXPECT_FALSE(running.IsEmpty());
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_TRUE(Eventually([&] { return running.IsEmpty(); }));
}

TEST_F(RunningPrefetchesTest, TellsAWatcherOnceMoreOfWhatHasEnded) {
  std::atomic<int> changes = 0;
  running.Watch([&changes] { ++changes; });
  const auto ended = Run(OrderOf("0001", {KeyOf("a.jpg")}));
  EXPECT_EQ(changes, 1);
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(Eventually([&] { return changes == 2; }));
  const RunningPrefetch progress = running.Read().at(0);
  EXPECT_TRUE(progress.done);
  EXPECT_EQ(progress.counts.requested, 1U);
  EXPECT_EQ(progress.counts.cached, 1U);
  EXPECT_THAT(running.Read(), IsEmpty());
}

TEST_F(RunningPrefetchesTest, NamesTheJob) {
  PrefetchJobs jobs(*fetcher, running, clock);
  const auto job = jobs.Accept(OrderOf("0002", {KeyOf("a.jpg")}));
  EXPECT_TRUE(running.IsEmpty());
  jobs.Begin(job->job_id);
  EXPECT_THAT(running.Read(), ElementsAre(Field(&RunningPrefetch::job_id, job->job_id)));
}

TEST_F(RunningPrefetchesTest, LetsTheRestRunUnseen) {
  for (std::size_t i = 0; i <= RunningPrefetches::kMaxListed; ++i) {
    (void)Run(OrderOf("0001", {KeyOf("a.jpg")}));
  }
  EXPECT_EQ(running.Stats().listed, RunningPrefetches::kMaxListed);
  EXPECT_EQ(running.Stats().unlisted, 1U);
  downloader->Deliver(1, Jpeg(1000));
  EXPECT_TRUE(Eventually([&] { return running.IsEmpty(); }));
}

}  // namespace
}  // namespace image_cache::testing
