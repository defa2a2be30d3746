#include "native-server/services/sync/sync_service.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace image_cache {
namespace {

constexpr std::size_t kMaxWaiting = 8;

void Log(const SyncReport& report) {
  if (report.failure) {
    spdlog::warn(
        "the sync of {} did not come to its end: {}; nothing was removed, and it is tried "
        "again at its time",
        report.folder_url, report.failure->detail);
  }
  const bool is_news = report.added + report.changed + report.gone > 0;
  if (is_news || report.failed > 0) {
    spdlog::info("sync of {}: {} new, {} changed, {} gone, {} failed", report.folder_url,
                 report.added, report.changed, report.gone, report.failed);
  }
  if (report.kept > 0) {
    spdlog::warn(
        "{} lists {} pictures no more, over half of what is cached of it: they are kept; "
        "--sync-delete removes them",
        report.folder_url, report.kept);
  }
  if (report.left_out > 0) {
    spdlog::warn("the sync of {} had no room for {} pictures; raise --max-size", report.folder_url,
                 report.left_out);
  }
}

}  // namespace

SyncService::SyncService(FetchService& fetcher, Store& store, Downloader& downloader,
                         const S3Addressing& addressing, const Clock& clock, SyncSchedule schedule)
    : fetcher_(fetcher),
      store_(store),
      downloader_(downloader),
      addressing_(addressing),
      clock_(clock),
      schedule_(std::move(schedule)) {
  for (const BucketFolder& folder : schedule_.folders) {
    planned_.push_back({.stats = {.folder = folder}, .due = {}});
  }
  thread_ = std::thread([this] { Work(); });
}

SyncService::~SyncService() {
  Stop();
  thread_.join();
}

void SyncService::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (running_ != nullptr) running_->Stop();
  }
  changed_.notify_all();
}

void SyncService::BeginSchedule() {
  {
    const std::lock_guard lock(mutex_);
    scheduled_ = true;
    for (Planned& planned : planned_) {
      planned.due = clock_.Monotonic();
      planned.stats.next_ms = clock_.NowMs();
    }
  }
  changed_.notify_all();
}

void SyncService::Run(SyncOrder order, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMaxWaiting && !stopping_) {
      waiting_.push_back({.order = std::move(order), .done = std::move(done)});
      done = nullptr;
    }
  }
  if (done) {
    done(Fail(SyncError::kTooMany, "as many syncs wait as may"));
  } else {
    changed_.notify_all();
  }
}

void SyncService::Work() {
  while (auto task = Next()) {
    SyncReport report = RunPass(task->order);
    if (task->folder) {
      NoteEnd(*task->folder, std::move(report));
    } else {
      task->done(std::move(report));
    }
  }
}

std::optional<SyncService::Task> SyncService::Next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    // Who asks goes before the schedule. At the end, who waits is told too: their passes end at
    // once.
    if (!waiting_.empty()) {
      Task task = std::move(waiting_.front());
      waiting_.pop_front();
      return task;
    }
    if (stopping_) return std::nullopt;
    if (auto task = TakeDue()) return task;
    if (!scheduled_ || planned_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = std::min_element(planned_.begin(), planned_.end(),
                                       [](const auto& a, const auto& b) { return a.due < b.due; });
    changed_.wait_for(lock, next->due - clock_.Monotonic());
  }
}

std::optional<SyncService::Task> SyncService::TakeDue() {
  if (!scheduled_) return std::nullopt;
  const auto now = clock_.Monotonic();
  for (std::size_t i = 0; i < planned_.size(); ++i) {
    Planned& planned = planned_[i];
    if (planned.due > now) continue;
    planned.stats.running = true;
    // From its beginning on. What is overdue then, since others took their time, runs once.
    planned.due = now + schedule_.every;
    planned.stats.next_ms = clock_.NowMs() + schedule_.every.count();
    return Task{.order = {.folder = planned.stats.folder,
                          .removes_many = schedule_.removes_many,
                          .names_items = false},
                .done = {},
                .folder = i};
  }
  return std::nullopt;
}

SyncReport SyncService::RunPass(const SyncOrder& order) {
  SyncPass pass(order, fetcher_, store_, downloader_, addressing_, clock_);
  {
    const std::lock_guard lock(mutex_);
    running_ = &pass;
    if (stopping_) pass.Stop();
  }
  SyncReport report;
  try {
    report = pass.Run();
  } catch (const std::exception& error) {
    spdlog::error("a sync failed: {}", error.what());
    report.folder_url = order.folder.Url();
    report.failure = Error<FetchError>{FetchError::kStoreFailed, "the sync broke off"};
  }
  const std::lock_guard lock(mutex_);
  running_ = nullptr;
  return report;
}

void SyncService::NoteEnd(std::size_t folder, SyncReport report) {
  const std::lock_guard lock(mutex_);
  if (!stopping_) Log(report);
  SyncStats::Folder& stats = planned_[folder].stats;
  stats.running = false;
  ++stats.runs;
  if (report.failure) {
    ++stats.failed_runs;
  } else {
    stats.complete_ms = clock_.NowMs();
  }
  stats.fetched += report.added + report.changed;
  stats.removed += report.gone;
  stats.failed += report.failed;
  stats.last = std::move(report);
}

SyncStats SyncService::Stats() const {
  const std::lock_guard lock(mutex_);
  SyncStats stats{.folders = {},
                  .every = schedule_.every,
                  .waiting = waiting_.size(),
                  .max_waiting = kMaxWaiting};
  for (const Planned& planned : planned_) stats.folders.push_back(planned.stats);
  return stats;
}

}  // namespace image_cache
