// Prefetches that run in the background: each is known by its id, can be watched and cancelled, and
// is remembered for a while when it has ended.
//
// Owned by main; thread-safe. Bounded in jobs and in memory, those that run and those that are
// kept: the job that ended longest ago is forgotten first, the newest never. `fetcher`, `running`
// and `clock` outlive it, and its callbacks may outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/services/prefetch/prefetch_order.h"
#include "native-server/services/prefetch/running_prefetches.h"

namespace image_cache {

// The pictures that run stay below what may wait for a download, so that there is room for others.
struct PrefetchJobLimits {
  std::size_t max_running = 256;
  std::size_t max_running_images = 50'000;
  std::size_t max_running_bytes = 64 << 20;  // a request of 10,000 long URLs is 8 MiB
  std::size_t max_kept = 1'000;
  std::size_t max_kept_bytes = 32 << 20;
};

enum class JobError {
  kTooMany,  // as many run as may; later there is room again
};

enum class JobState {
  kQueued,  // accepted; none of its pictures is asked for yet
  kRunning,
  kDone,       // every picture is cached or failed
  kCancelled,  // it was cancelled while it ran; nothing of it runs any more
};

struct AcceptedJob {
  std::string job_id;  // 16 hex digits, unguessable
  std::size_t accepted = 0;
  // Images refused before any download: a bad URL or an origin that is not allowed.
  std::vector<PrefetchItemReport> rejected;
};

struct JobStatus {
  std::string job_id;
  std::string actor_id;
  JobState state = JobState::kQueued;
  PrefetchCounts counts;
  std::int64_t created_ms = 0;                        // since the Unix epoch, as the others
  std::optional<std::int64_t> started_ms = {};        // nothing while it is queued
  std::optional<std::int64_t> finished_ms = {};       // when it is done or cancelled
  std::shared_ptr<const PrefetchReport> report = {};  // the same; null before
};

struct PrefetchJobStats {
  std::size_t running = 0, running_images = 0, running_bytes = 0;  // queued ones included
  std::size_t kept = 0, kept_bytes = 0;                            // that have ended
  PrefetchJobLimits limits;
};

class PrefetchJobs {
 public:
  PrefetchJobs(FetchService& fetcher, RunningPrefetches& running, const Clock& clock,
               const PrefetchJobLimits& limits = {});

  // Judges every URL and makes the job, queued. REQUIRES: Begin is called for it soon.
  [[nodiscard]] Result<AcceptedJob, JobError> Accept(PrefetchOrder order);
  // Asks for its pictures: may take long. Ignores an id that is unknown or was begun already.
  void Begin(const std::string& job_id);

  // Nothing when there is no such job, or no longer.
  [[nodiscard]] std::optional<JobStatus> Find(const std::string& job_id) const;
  // Cancels what has not ended. `done` is told how the job ended, once nothing of it runs any more:
  // possibly before Cancel returns, else on any thread.
  void Cancel(const std::string& job_id, std::function<void(std::optional<JobStatus>)> done);

  [[nodiscard]] PrefetchJobStats Stats() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace image_cache
