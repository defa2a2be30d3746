#include "native-server/services/prefetch/prefetch_jobs.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <mutex>
#include <numeric>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "native-server/services/prefetch/prefetch_run.h"

namespace image_cache {
namespace {

std::string MakeJobId() {
  std::array<unsigned char, 8> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  std::string id;
  for (const unsigned char byte : random) {
    std::array<char, 3> digits{};
    (void)std::snprintf(digits.data(), digits.size(), "%02x", unsigned{byte});
    id += digits.data();
  }
  return id;
}

using CancelCallback = std::function<void(std::optional<JobStatus>)>;

// How much memory it takes, but for what the allocator adds.
std::size_t BytesOf(const PrefetchItemReport& item) {
  const std::size_t bytes = sizeof(item) + item.s3_url.size();
  if (!item.outcome) return bytes + item.outcome.error().detail.size();
  const Entry& entry = item.outcome->entry;
  return bytes + entry.s3_url.size() + entry.local_path.size() + entry.actor_id.size() +
         entry.filename.size() + entry.etag.size() + entry.sha256.size();
}

// The same of what becomes of the order.
std::size_t BytesOf(const PrefetchOrder::Image& image) {
  return sizeof(PrefetchItemReport) + image.s3_url.size() + image.filename.size();
}

template <typename Item>
std::size_t BytesOfAll(const std::vector<Item>& items) {
  return std::accumulate(items.begin(), items.end(), std::size_t{0},
                         [](std::size_t sum, const Item& item) { return sum + BytesOf(item); });
}

struct Job {
  JobStatus status;  // without counts and report, which are the run's
  std::shared_ptr<PrefetchRun> run;
  std::size_t images = 0;
  std::size_t bytes = 0;  // of its order, then of its report
  bool cancelled = false;
  std::vector<CancelCallback> when_ended;
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace

// Shared with the runs: they may end after the service is gone.
struct PrefetchJobs::Impl {
  Impl(FetchService& the_fetcher, RunningPrefetches& the_running, const Clock& the_clock,
       const PrefetchJobLimits& the_limits)
      : fetcher(the_fetcher), running(the_running), clock(the_clock), limits(the_limits) {}

  void OnEnded(const JobPtr& job);
  // REQUIRES for both: `mutex` is held.
  void ForgetOldest();
  [[nodiscard]] static JobStatus StatusOf(const Job& job);

  FetchService& fetcher;
  RunningPrefetches& running;
  const Clock& clock;
  const PrefetchJobLimits limits;

  mutable std::mutex mutex;  // never held while anything outside is called
  // Guarded by mutex, as are the jobs.
  std::unordered_map<std::string, JobPtr> jobs;
  std::deque<JobPtr> ended;  // the oldest first; each is in `jobs` too
  PrefetchJobStats stats;    // but for the limits
};

JobStatus PrefetchJobs::Impl::StatusOf(const Job& job) {
  JobStatus status = job.status;
  status.counts = job.run->Counts();
  // Owned by its run, which cannot change it any more.
  if (status.finished_ms) {
    status.report = std::shared_ptr<const PrefetchReport>(job.run, &job.run->report());
  }
  return status;
}

void PrefetchJobs::Impl::OnEnded(const JobPtr& job) {
  std::vector<CancelCallback> when_ended;
  JobStatus status;
  const std::size_t report_bytes = BytesOfAll(job->run->report().items);
  {
    const std::lock_guard lock(mutex);
    job->status.state = job->cancelled ? JobState::kCancelled : JobState::kDone;
    job->status.finished_ms = clock.NowMs();
    when_ended.swap(job->when_ended);
    status = StatusOf(*job);
    stats.running -= 1;
    stats.running_images -= job->images;
    stats.running_bytes -= std::exchange(job->bytes, report_bytes);
    stats.kept += 1;
    stats.kept_bytes += job->bytes;
    ended.push_back(job);
    ForgetOldest();
  }
  for (const CancelCallback& done : when_ended) done(status);
}

void PrefetchJobs::Impl::ForgetOldest() {
  while (ended.size() > 1 &&
         (stats.kept > limits.max_kept || stats.kept_bytes > limits.max_kept_bytes)) {
    const JobPtr oldest = std::move(ended.front());
    ended.pop_front();
    stats.kept -= 1;
    stats.kept_bytes -= oldest->bytes;
    jobs.erase(oldest->status.job_id);
  }
}

PrefetchJobs::PrefetchJobs(FetchService& fetcher, RunningPrefetches& running, const Clock& clock,
                           const PrefetchJobLimits& limits)
    : impl_(std::make_shared<Impl>(fetcher, running, clock, limits)) {}

Result<AcceptedJob, JobError> PrefetchJobs::Accept(PrefetchOrder order) {
  const auto job = std::make_shared<Job>();
  job->images = order.images.size();
  job->bytes = BytesOfAll(order.images);
  job->status.job_id = MakeJobId();
  job->status.actor_id = order.actor_id;
  job->status.created_ms = impl_->clock.NowMs();
  {
    // Its place is taken first: judging the URLs takes a while, and is not done for nothing.
    const std::lock_guard lock(impl_->mutex);
    PrefetchJobStats& stats = impl_->stats;
    if (stats.running >= impl_->limits.max_running ||
        stats.running_images + job->images > impl_->limits.max_running_images ||
        stats.running_bytes + job->bytes > impl_->limits.max_running_bytes) {
      return Fail(JobError::kTooMany, "as many prefetches run as may");
    }
    stats.running += 1;
    stats.running_images += job->images;
    stats.running_bytes += job->bytes;
  }
  job->run = PrefetchRun::Create(impl_->fetcher, std::move(order));
  AcceptedJob accepted{
      .job_id = job->status.job_id, .accepted = 0, .rejected = job->run->Refused()};
  accepted.accepted = job->images - accepted.rejected.size();
  const std::lock_guard lock(impl_->mutex);
  impl_->jobs.emplace(accepted.job_id, job);
  return accepted;
}

void PrefetchJobs::Begin(const std::string& job_id) {
  JobPtr job;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->jobs.find(job_id);
    if (found == impl_->jobs.end() || found->second->status.started_ms) return;
    job = found->second;
    job->status.state = JobState::kRunning;
    job->status.started_ms = impl_->clock.NowMs();
  }
  job->run->Begin(
      [impl = impl_, job, listing = impl_->running.Add(job->run, job_id)] { impl->OnEnded(job); });
}

std::optional<JobStatus> PrefetchJobs::Find(const std::string& job_id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->jobs.find(job_id);
  if (found == impl_->jobs.end()) return std::nullopt;
  return Impl::StatusOf(*found->second);
}

void PrefetchJobs::Cancel(const std::string& job_id, CancelCallback done) {
  std::optional<JobStatus> ended;
  {
    std::unique_lock lock(impl_->mutex);
    const auto found = impl_->jobs.find(job_id);
    if (found != impl_->jobs.end()) {
      const JobPtr job = found->second;
      if (!job->status.finished_ms) {
        job->cancelled = true;
        job->when_ended.push_back(std::move(done));
        lock.unlock();  // what runs ends by telling this object
        job->run->Cancel();
        return;
      }
      ended = Impl::StatusOf(*job);
    }
  }
  done(std::move(ended));
}

PrefetchJobStats PrefetchJobs::Stats() const {
  const std::lock_guard lock(impl_->mutex);
  PrefetchJobStats stats = impl_->stats;
  stats.limits = impl_->limits;
  return stats;
}

}  // namespace image_cache
