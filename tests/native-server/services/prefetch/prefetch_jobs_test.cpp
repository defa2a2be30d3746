#include "native-server/services/prefetch/prefetch_jobs.h"

#include <regex>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/services/fetch/fetch_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Le;

class PrefetchJobsTest : public FetchTest {
 protected:
  static PrefetchOrder OrderOf(const std::vector<std::string>& urls) {
    PrefetchOrder order;
    order.actor_id = "0001";
    for (const std::string& url : urls) order.images.push_back({.s3_url = url, .filename = ""});
    return order;
  }
  void MakeJobs(PrefetchJobLimits limits = {}) {
    jobs = std::make_unique<PrefetchJobs>(*fetcher, prefetches, clock, limits);
  }
  std::string Start(const std::vector<std::string>& urls) {
    const auto job = jobs->Accept(OrderOf(urls));
    if (!job) return "refused";
    jobs->Begin(job->job_id);
    return job->job_id;
  }
  [[nodiscard]] JobState StateOf(const std::string& id) const { return jobs->Find(id)->state; }
  bool AwaitEnd(const std::string& id) {
    return Eventually([&] { return jobs->Find(id)->finished_ms.has_value(); });
  }
  std::future<std::optional<JobStatus>> Cancel(const std::string& id) {
    auto promise = std::make_shared<std::promise<std::optional<JobStatus>>>();
    jobs->Cancel(id, [promise](auto status) { promise->set_value(std::move(status)); });
    return promise->get_future();
  }

  RunningPrefetches prefetches;
  std::unique_ptr<PrefetchJobs> jobs;
};

TEST_F(PrefetchJobsTest, TellsWhatIsAcceptedAndWhatIsNot) {
  MakeJobs();
  const auto job = jobs->Accept(OrderOf({KeyOf("a.jpg"), "not a url", "s3://training/a.jpg"}));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->accepted, 2U);
  ASSERT_EQ(job->rejected.size(), 1U);
  EXPECT_EQ(job->rejected[0].s3_url, "not a url");
  EXPECT_EQ(job->rejected[0].outcome.error().code, FetchError::kInvalidUrl);
  EXPECT_TRUE(std::regex_match(job->job_id, std::regex("[0-9a-f]{16}"))) << job->job_id;
  EXPECT_NE(jobs->Accept(OrderOf({}))->job_id, job->job_id);
}

TEST_F(PrefetchJobsTest, GoesFromQueuedOverRunningToDone) {
  MakeJobs();
  const std::string id =
      jobs->Accept(OrderOf({KeyOf("a.jpg"), KeyOf("b.jpg"), "not a url"}))->job_id;
  const JobStatus queued = *jobs->Find(id);
  EXPECT_EQ(queued.state, JobState::kQueued);
  EXPECT_EQ(queued.started_ms, std::nullopt);
  EXPECT_EQ(queued.counts.requested, 3U);
  EXPECT_THAT(downloader->Running(), IsEmpty());

  clock.Advance(5);
  jobs->Begin(id);
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(Eventually([&] { return jobs->Find(id)->counts.cached == 1; }));
  const JobStatus running = *jobs->Find(id);
  EXPECT_EQ(running.state, JobState::kRunning);
  EXPECT_EQ(running.started_ms, queued.created_ms + 5);
  EXPECT_EQ(running.counts.failed, 1U) << "the URL that is none";
  EXPECT_EQ(running.report, nullptr);

  clock.Advance(5);
  downloader->Fail(2, OriginError::kNotFound);
  ASSERT_TRUE(AwaitEnd(id));
  const JobStatus done = *jobs->Find(id);
  EXPECT_EQ(done.state, JobState::kDone);
  EXPECT_EQ(done.finished_ms, queued.created_ms + 10);
  EXPECT_EQ(done.counts.failed, 2U);
  EXPECT_EQ(done.counts.bytes, 1000U);
  ASSERT_NE(done.report, nullptr);
  EXPECT_EQ(done.report->items[1].outcome.error().code, FetchError::kOriginNotFound);
}

TEST_F(PrefetchJobsTest, CancelsTheDownloadsThatNobodyElseWants) {
  MakeJobs();
  const std::string id = Start({KeyOf("a.jpg"), KeyOf("b.jpg"), KeyOf("c.jpg")});
  auto other = Fetch(KeyOf("b.jpg"));
  downloader->Deliver(1, Jpeg(1000));
  ASSERT_TRUE(Eventually([&] { return jobs->Find(id)->counts.cached == 1; }));

  const auto status = Cancel(id).get();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, JobState::kCancelled);
  EXPECT_EQ(status->counts.cached, 1U);
  EXPECT_EQ(status->counts.failed, 2U);
  EXPECT_EQ(status->report->items[2].outcome.error().code, FetchError::kCancelled);
  EXPECT_THAT(downloader->Running(), ElementsAre(2)) << "somebody else waits for b.jpg";
  downloader->Deliver(2, Jpeg(2000));
  EXPECT_TRUE(other.get());
}

TEST_F(PrefetchJobsTest, FetchesNothingOfAJobThatIsCancelledWhileItIsQueued) {
  MakeJobs();
  const std::string id = jobs->Accept(OrderOf({KeyOf("a.jpg")}))->job_id;
  auto cancelled = Cancel(id);
  jobs->Begin(id);
  EXPECT_EQ(cancelled.get()->state, JobState::kCancelled);
  EXPECT_THAT(downloader->urls(), IsEmpty());
}

TEST_F(PrefetchJobsTest, LeavesAJobThatHasEndedAsItIs) {
  MakeJobs();
  const std::string id = Start({});
  EXPECT_EQ(StateOf(id), JobState::kDone);
  EXPECT_EQ(Cancel(id).get()->state, JobState::kDone);
  EXPECT_EQ(StateOf(id), JobState::kDone);
}

TEST_F(PrefetchJobsTest, KnowsNoOtherJobs) {
  MakeJobs();
  EXPECT_FALSE(jobs->Find("0123456789abcdef"));
  EXPECT_FALSE(Cancel("0123456789abcdef").get());
  jobs->Begin("0123456789abcdef");
  EXPECT_EQ(jobs->Stats().running, 0U);
}

TEST_F(PrefetchJobsTest, RefusesMoreThanMayRun) {
  MakeJobs({.max_running = 2, .max_running_images = 3});
  const std::string first = Start({KeyOf("a.jpg"), KeyOf("b.jpg")});
  EXPECT_EQ(jobs->Accept(OrderOf({KeyOf("c.jpg"), KeyOf("d.jpg")})).error().code,
            JobError::kTooMany)
      << "four pictures";
  Start({KeyOf("c.jpg")});
  EXPECT_EQ(jobs->Accept(OrderOf({})).error().code, JobError::kTooMany) << "three jobs";

  (void)Cancel(first).get();
  EXPECT_TRUE(jobs->Accept(OrderOf({})));
}

TEST_F(PrefetchJobsTest, ForgetsTheJobThatEndedLongestAgo) {
  MakeJobs({.max_kept = 2});
  const std::string runs = Start({KeyOf("a.jpg")});
  const std::string first = Start({}), second = Start({}), third = Start({});
  EXPECT_FALSE(jobs->Find(first));
  EXPECT_TRUE(jobs->Find(second));
  EXPECT_TRUE(jobs->Find(third));
  EXPECT_EQ(StateOf(runs), JobState::kRunning) << "however old it is";
  EXPECT_EQ(jobs->Stats().kept, 2U);
}

TEST_F(PrefetchJobsTest, KeepsNoMoreResultsThanMayBeKept) {
  MakeJobs({.max_kept_bytes = 2'500});
  const std::string bad(1'000, 'x');
  const std::string first = Start({bad}), second = Start({bad});
  EXPECT_FALSE(jobs->Find(first));
  EXPECT_TRUE(jobs->Find(second));
  EXPECT_THAT(jobs->Stats().kept_bytes, AllOf(Gt(1'000U), Le(2'500U)));

  const std::string large = Start({bad, bad, bad, bad});
  EXPECT_TRUE(jobs->Find(large)) << "who asked for it is told, however large it is";
  EXPECT_EQ(jobs->Stats().kept, 1U);
  Start({});
  EXPECT_FALSE(jobs->Find(large));
  EXPECT_EQ(jobs->Stats().kept_bytes, 0U);
}

TEST_F(PrefetchJobsTest, RefusesMoreThanMayTakeMemory) {
  MakeJobs({.max_running_bytes = 3'000});
  const std::string long_url = KeyOf(std::string(1'000, 'a') + ".jpg");
  const std::string first = Start({long_url});
  EXPECT_THAT(jobs->Stats().running_bytes, AllOf(Gt(1'000U), Le(3'000U)));
  EXPECT_EQ(jobs->Accept(OrderOf({long_url, long_url})).error().code, JobError::kTooMany);

  (void)Cancel(first).get();
  EXPECT_EQ(jobs->Stats().running_bytes, 0U);
  EXPECT_TRUE(jobs->Accept(OrderOf({long_url, long_url})));
}

TEST_F(PrefetchJobsTest, EndsItsJobsWithTheFetching) {
  MakeJobs();
  const std::string id = Start({KeyOf("a.jpg")});
  auto cancelled = Cancel(id);
  jobs.reset();
  fetcher.reset();
  downloader.reset();
  EXPECT_EQ(cancelled.get()->state, JobState::kCancelled);
}

}  // namespace
}  // namespace image_cache::testing
