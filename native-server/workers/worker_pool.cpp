#include "native-server/workers/worker_pool.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

using std::chrono::milliseconds;

constexpr int kTries = 2;
constexpr milliseconds kPauseAfterFailedStart{5'000};

std::size_t IndexOf(WorkerUrgency urgency) { return urgency == WorkerUrgency::kDemand ? 0 : 1; }

bool HasEndedIts(const Error<WorkerError>& error) {
  return error.code == WorkerError::kCrashed || error.code == WorkerError::kTooSlow;
}

// As the caller gave it: without what a process that did not survive has written.
bool EmptyOutput(const UniqueFd& output) {
  return ::ftruncate(output.get(), 0) == 0 && ::lseek(output.get(), 0, SEEK_SET) == 0;
}

}  // namespace

WorkerPool::WorkerPool(WorkerPoolOptions options) : options_(std::move(options)) {
  stats_.max_processes = options_.processes;
  stats_.max_waiting = waiting_.size() * options_.max_waiting;
  for (std::size_t i = 0; i < options_.processes; ++i) {
    Seat& seat = seats_.emplace_back();
    const bool keeps_ready = options_.keep_one_ready && i == 0;
    threads_.emplace_back([this, &seat, keeps_ready] { RunThread(seat, keeps_ready); });
  }
}

void WorkerPool::Stop() {
  std::array<std::deque<Waiting>, 2> given_up;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    std::swap(given_up, waiting_);
    for (Seat& seat : seats_) {
      seat.call.notify_one();
      // Its thread has not waited for it yet, so the number is no other's.
      if (seat.in_background != 0) ::kill(seat.in_background, SIGKILL);
    }
  }
  for (auto& line : given_up) {
    for (Waiting& waiting : line) {
      waiting.done(Fail(WorkerError::kStopping, "the server is stopping"));
    }
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Run(WorkerJob job, Callback done) {
  {
    const std::lock_guard lock(mutex_);
    auto& line = waiting_[IndexOf(job.urgency)];
    if (!stopping_ && line.size() < options_.max_waiting) {
      line.push_back({.job = std::move(job), .done = std::move(done)});
      CallOne();
      return;
    }
    ++stats_.refused;
  }
  done(Fail(WorkerError::kBusy, "too many pictures wait for a worker"));
}

WorkerPoolStats WorkerPool::Stats() const {
  const std::lock_guard lock(mutex_);
  WorkerPoolStats stats = stats_;
  stats.waiting = waiting_[0].size() + waiting_[1].size();
  return stats;
}

std::optional<WorkerPool::Waiting> WorkerPool::TakeNext() {
  const auto take = [](std::deque<Waiting>& line) {
    Waiting next = std::move(line.front());
    line.pop_front();
    return next;
  };
  if (!waiting_[0].empty()) return take(waiting_[0]);
  const std::size_t at_most = std::max<std::size_t>(options_.processes - 1, 1);
  if (waiting_[1].empty() || in_background_ >= at_most) return std::nullopt;
  ++in_background_;
  return take(waiting_[1]);
}

void WorkerPool::CallOne() {
  Seat* called = nullptr;
  for (Seat& seat : seats_) {
    if (seat.is_free && (called == nullptr || seat.has_process)) called = &seat;
    if (called != nullptr && called->has_process) break;
  }
  // When all are at work, the next one who is done looks for more.
  if (called == nullptr) return;
  called->is_free = false;
  called->call.notify_one();
}

bool WorkerPool::AwaitCall(Seat& seat, std::unique_lock<std::mutex>& lock, bool may_end) {
  const auto is_called = [&] { return !seat.is_free || stopping_; };
  seat.is_free = true;
  bool was_called = true;
  if (may_end) {
    was_called = seat.call.wait_for(lock, options_.idle_time, is_called);
  } else {
    seat.call.wait(lock, is_called);
  }
  seat.is_free = false;
  return was_called;
}

void WorkerPool::RunThread(Seat& seat, bool keeps_ready) {
  Process process;
  bool makes_ready = keeps_ready;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    seat.has_process = process != nullptr;
    if (auto next = TakeNext()) {
      seat.is_free = false;
      lock.unlock();
      Work(seat, process, std::move(*next));
      next.reset();
      makes_ready = keeps_ready && !process;
      lock.lock();
    } else if (makes_ready) {
      // Once: what cannot be started now is tried again when there is work.
      makes_ready = false;
      seat.is_free = false;
      lock.unlock();
      (void)EnsureProcess(process);
      lock.lock();
    } else if (!AwaitCall(seat, lock, process && !keeps_ready)) {
      lock.unlock();
      End(process);
      lock.lock();
    }
  }
  lock.unlock();
  End(process);
}

void WorkerPool::Work(Seat& seat, Process& process, Waiting waiting) {
  auto outcome = Try(seat, process, waiting.job);
  if (process && process->runs() >= options_.jobs_per_process) End(process);
  // Before anybody is told, so that who was told finds it counted, and this process free for what
  // it asks for next.
  Note(outcome);
  {
    const std::lock_guard lock(mutex_);
    seat.is_free = true;
    seat.has_process = process != nullptr;
    if (waiting.job.urgency == WorkerUrgency::kBackground) {
      --in_background_;
      if (!waiting_[1].empty()) CallOne();
    }
  }
  waiting.done(std::move(outcome));
}

Result<WorkerAnswer, WorkerError> WorkerPool::Try(Seat& seat, Process& process,
                                                  const WorkerJob& job) {
  for (int tries = 1;; ++tries) {
    auto outcome = TryOnce(seat, process, job);
    if (outcome || !HasEndedIts(outcome.error())) return outcome;
    spdlog::warn("a worker process was lost: {}", outcome.error().detail);
    End(process);
    // What has taken too long once would take as long again.
    const bool may_try_again = outcome.error().code == WorkerError::kCrashed && tries < kTries;
    if (!may_try_again || !EmptyOutput(job.output)) return outcome;
  }
}

Result<WorkerAnswer, WorkerError> WorkerPool::TryOnce(Seat& seat, Process& process,
                                                      const WorkerJob& job) {
  if (auto there = EnsureProcess(process); !there) return tl::make_unexpected(there.error());
  const milliseconds deadline =
      job.deadline > milliseconds::zero() ? job.deadline : options_.job_deadline;
  WorkerRequest request = job.request;
  const bool is_background = job.urgency == WorkerUrgency::kBackground;
  request.is_background = is_background ? 1 : 0;
  // The process ends itself somewhat later than the server would end it.
  request.cpu_seconds =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(deadline).count() + 1);
  if (!is_background) return process->Run(request, job.input, job.output, deadline);
  const auto stopping = [] { return Fail(WorkerError::kStopping, "the server is stopping"); };
  if (!BeginInBackground(seat, process)) return stopping();
  auto outcome = process->Run(request, job.input, job.output, deadline);
  const std::lock_guard lock(mutex_);
  seat.in_background = 0;
  if (!outcome && stopping_) return stopping();
  return outcome;
}

bool WorkerPool::BeginInBackground(Seat& seat, const Process& process) {
  const std::lock_guard lock(mutex_);
  if (!stopping_) seat.in_background = process->pid();
  return !stopping_;
}

Result<void, WorkerError> WorkerPool::EnsureProcess(Process& process) {
  if (process) return {};
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (unavailable_until_ && now < *unavailable_until_) {
      return Fail(WorkerError::kUnavailable, "no worker could be started lately");
    }
  }
  auto started = WorkerProcess::Start(options_.program, options_.start_deadline);
  const std::lock_guard lock(mutex_);
  if (!started) {
    unavailable_until_ = now + kPauseAfterFailedStart;
    spdlog::warn("{}", started.error().detail);
    return tl::make_unexpected(started.error());
  }
  unavailable_until_.reset();
  ++stats_.processes;
  if (!(*started)->is_filtered() && !has_told_of_filter_) {
    has_told_of_filter_ = true;
    spdlog::warn("the kernel does not filter the worker's system calls (seccomp)");
  }
  process = std::move(*started);
  return {};
}

void WorkerPool::End(Process& process) {
  if (!process) return;
  process.reset();
  const std::lock_guard lock(mutex_);
  --stats_.processes;
}

void WorkerPool::Note(const Result<WorkerAnswer, WorkerError>& outcome) {
  const std::lock_guard lock(mutex_);
  ++stats_.jobs;
  if (outcome) {
    stats_.cpu_us += outcome->cpu_us;
    return;
  }
  ++stats_.failed;
  if (outcome.error().code == WorkerError::kCrashed) ++stats_.crashes;
  if (outcome.error().code == WorkerError::kTooSlow) ++stats_.timeouts;
}

}  // namespace image_cache
