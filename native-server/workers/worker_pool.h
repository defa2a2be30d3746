// The worker processes: how many run, who waits for one, what becomes of one that fails.
//
// Owned by main, and only made when something needs it; thread-safe. A process is started when
// there is work and none that waits for some, by the pool's thread that then uses it, and ended
// after a while without any; one can be kept ready, since a start costs more than most jobs. A job
// whose process dies or is too slow is tried once more with a new one: the first may have suffered
// from a job before. What nobody waits for leaves a process free for who does, if there are two.
// Bounded: processes, waiting jobs of each urgency, time for each, jobs for each process.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "native-server/base/unique_fd.h"
#include "native-server/workers/worker_process.h"
#include "native-server/workers/worker_protocol.h"
#include "shared/result.h"

namespace image_cache {

struct WorkerPoolOptions {
  std::string program;            // see FindWorkerProgram
  std::size_t processes = 1;      // at most
  std::size_t max_waiting = 256;  // jobs, of each urgency
  std::chrono::milliseconds start_deadline{5'000};
  std::chrono::milliseconds job_deadline{10'000};
  std::chrono::milliseconds idle_time{15'000};  // then the process ends
  // One is started at once, and does not end for want of work.
  bool keep_one_ready = false;
  // A process that has done so many is ended too, with whatever a library has lost of its memory.
  std::uint64_t jobs_per_process = 1'000;
};

// Who waits for the result: a person, or nobody.
enum class WorkerUrgency { kDemand, kBackground };

struct WorkerJob {
  WorkerRequest request;
  UniqueFd input;   // open for reading
  UniqueFd output;  // open for writing; the caller keeps another descriptor of it
  WorkerUrgency urgency = WorkerUrgency::kDemand;
  std::chrono::milliseconds deadline{0};  // 0: the pool's
};

struct WorkerPoolStats {
  std::size_t processes = 0, max_processes = 0;
  std::size_t waiting = 0, max_waiting = 0;
  std::uint64_t jobs = 0;      // that were ended, however
  std::uint64_t failed = 0;    // of these
  std::uint64_t refused = 0;   // no room to wait
  std::uint64_t crashes = 0;   // jobs that no process survived
  std::uint64_t timeouts = 0;  // jobs that were not done by the deadline
  std::uint64_t cpu_us = 0;    // by the workers' own account
};

class WorkerPool {
 public:
  // On one of the pool's threads, or on the caller's when the job is turned away; must be quick.
  using Callback = std::function<void(Result<WorkerAnswer, WorkerError>)>;

  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool() { Stop(); }

  // Waiting jobs end with kStopping, as do those that run in the background; others that run end
  // within their deadline. Then no callback comes any more, and what is asked for is turned away.
  // Whoever is called back calls this before it goes.
  void Stop();

  // The request's processor time is bounded by the deadline and its priority is the urgency's,
  // whatever it says. Errors that `done`
  // gets: all of WorkerError.
  void Run(WorkerJob job, Callback done);

  [[nodiscard]] WorkerPoolStats Stats() const;

 private:
  struct Waiting {
    WorkerJob job;
    Callback done;
  };
  using Process = std::unique_ptr<WorkerProcess>;
  // Where one of the pool's threads has its place. Guarded by mutex_.
  struct Seat {
    std::condition_variable call;
    bool is_free = false;  // it has no work, and nobody has called it yet
    bool has_process = false;
    pid_t in_background = 0;  // the process that does what nobody waits for; 0: none
  };

  void RunThread(Seat& seat, bool keeps_ready);
  // Calls who has a process, before who would have to start one. REQUIRES: mutex_ is held.
  void CallOne();
  // Until it is called; false when it was not for so long that the process is to end.
  [[nodiscard]] bool AwaitCall(Seat& seat, std::unique_lock<std::mutex>& lock, bool may_end);
  // Of those that may run now, the most urgent. REQUIRES: mutex_ is held.
  [[nodiscard]] std::optional<Waiting> TakeNext();
  void Work(Seat& seat, Process& process, Waiting waiting);
  // Tries it, and once more when the process dies of it.
  [[nodiscard]] Result<WorkerAnswer, WorkerError> Try(Seat& seat, Process& process,
                                                      const WorkerJob& job);
  [[nodiscard]] Result<WorkerAnswer, WorkerError> TryOnce(Seat& seat, Process& process,
                                                          const WorkerJob& job);
  // So that Stop can end it. False when it has come first.
  [[nodiscard]] bool BeginInBackground(Seat& seat, const Process& process);
  // Nothing is changed when there is a process already.
  [[nodiscard]] Result<void, WorkerError> EnsureProcess(Process& process);
  void End(Process& process);
  void Note(const Result<WorkerAnswer, WorkerError>& outcome);

  const WorkerPoolOptions options_;
  mutable std::mutex mutex_;
  std::array<std::deque<Waiting>, 2> waiting_;  // by urgency; guarded by mutex_
  WorkerPoolStats stats_;                       // guarded by mutex_
  std::size_t in_background_ = 0;               // jobs that run; guarded by mutex_
  bool stopping_ = false;                       // guarded by mutex_
  bool has_told_of_filter_ = false;             // guarded by mutex_
  // No process could be started, and none is tried before. Guarded by mutex_.
  std::optional<std::chrono::steady_clock::time_point> unavailable_until_;
  std::deque<Seat> seats_;            // one for each thread
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace image_cache
