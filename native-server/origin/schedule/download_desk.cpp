#include "native-server/origin/schedule/download_desk.h"

#include <algorithm>
#include <utility>

#include "native-server/origin/schedule/download_listing.h"
#include "native-server/origin/schedule/retry_policy.h"

namespace image_cache {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

Error<OriginError> Cancelled() { return {OriginError::kCancelled, "the download was cancelled"}; }

bool IsGood(const Result<void, OriginError>& result) {
  return result || result.error().code == OriginError::kNotModified;
}

}  // namespace

DownloadDesk::DownloadDesk(const DownloaderOptions& options)
    : options_(options), schedule_(std::max(options.max_parallel, 1), options.max_waiting) {}

DownloadDesk::Id DownloadDesk::Add(Result<OriginUrl, OriginError> target, DownloadOrder order,
                                   std::unique_ptr<DownloadSink> sink, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const Id id = ++last_id_;
  const auto refuse = [&](Error<OriginError> error) {
    ended_.push_back({std::move(sink), tl::make_unexpected(std::move(error))});
    return id;
  };
  if (!target) return refuse(std::move(target).error());
  if (closed_) return refuse(Cancelled());
  if (schedule_.IsFull()) {
    return refuse({OriginError::kUnavailable, "too many downloads are waiting already"});
  }
  schedule_.Add(std::make_unique<Download>(Download{.id = id,
                                                    .urgency = order.urgency,
                                                    .target = *std::move(target),
                                                    .if_none_match = std::move(order.if_none_match),
                                                    .actor_id = std::move(order.actor_id),
                                                    .sink = std::move(sink),
                                                    .ordered = now}));
  return id;
}

void DownloadDesk::Promote(Id id, Urgency urgency, TimePoint now) {
  const std::lock_guard lock(mutex_);
  schedule_.Promote(id, urgency, now);
}

void DownloadDesk::Cancel(Id id) {
  const std::lock_guard lock(mutex_);
  if (schedule_.IsRunning(id)) {
    to_cancel_.insert(id);
  } else if (auto waiting = schedule_.Remove(id)) {
    Drop(std::move(waiting));
  }
}

void DownloadDesk::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

DownloaderStats DownloadDesk::Stats(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  DownloaderStats stats = stats_;
  stats.slow_downs = schedule_.slots().SlowDowns();
  stats.running = schedule_.Running();
  stats.waiting = schedule_.Waiting();
  stats.waiting_for_retry = schedule_.WaitingForRetry();
  if (const auto oldest = schedule_.OldestWaiting()) {
    stats.oldest_waiting = duration_cast<milliseconds>(now - *oldest);
  }
  stats.parallel_limit = static_cast<std::size_t>(schedule_.slots().Limit());
  return stats;
}

DownloadList DownloadDesk::List(std::size_t max, TimePoint now) const {
  const std::lock_guard lock(mutex_);
  return ListDownloads(schedule_, max, now);
}

bool DownloadDesk::IsClosed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::vector<DownloadDesk::Ended> DownloadDesk::TakeEnded() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ended_, {});
}

std::unordered_set<DownloadDesk::Id> DownloadDesk::TakeCancelled() {
  const std::lock_guard lock(mutex_);
  return std::exchange(to_cancel_, {});
}

std::optional<DownloadDesk::Next> DownloadDesk::TakeNext(TimePoint now) {
  const std::lock_guard lock(mutex_);
  auto download = schedule_.Next(now);
  if (!download) return std::nullopt;
  if (download->attempts_spent == 0) {
    download->began = now;
    ++stats_.started;
    stats_.queued.Add(duration_cast<std::chrono::microseconds>(now - download->ordered));
  } else {
    ++stats_.retries;
    if (download->has_head) ++stats_.resumes;
  }
  Next next;
  next.time_left = TimeLeft(*download, now);
  next.shares_connection = schedule_.slots().IsMultiplexing(download->target.origin);
  next.download = std::move(download);
  return next;
}

std::optional<DownloadDesk::Ended> DownloadDesk::Finish(EndedTransfer ended, TimePoint now) {
  const std::lock_guard lock(mutex_);
  Download& download = *ended.download;
  const bool is_wanted = to_cancel_.erase(download.id) == 0;
  Learn(ended, now);
  download.urgency = schedule_.UrgencyOf(download.id);
  schedule_.End(download.id);
  stats_.bytes += ended.body_bytes;
  if (ended.first_byte.count() > 0) stats_.first_byte.Add(ended.first_byte);
  if (is_wanted && ended.end.may_try_again && ComesAgain(ended, now)) return std::nullopt;
  if (IsGood(ended.end.result)) {
    const auto took = duration_cast<milliseconds>(now - download.began);
    stats_.total_ms += static_cast<std::uint64_t>(took.count());
    ++stats_.succeeded;
  } else {
    ++stats_.failed;
  }
  return Ended{std::move(download.sink), std::move(ended.end.result)};
}

void DownloadDesk::CancelWaiting() {
  const std::lock_guard lock(mutex_);
  while (auto waiting = schedule_.RemoveAny()) Drop(std::move(waiting));
}

std::optional<DownloadDesk::TimePoint> DownloadDesk::NextDue() const {
  const std::lock_guard lock(mutex_);
  return schedule_.NextDue();
}

void DownloadDesk::Drop(std::unique_ptr<Download> download) {
  if (download->attempts_spent > 0) ++stats_.failed;
  ended_.push_back({std::move(download->sink), tl::make_unexpected(Cancelled())});
}

void DownloadDesk::Learn(const EndedTransfer& ended, TimePoint now) {
  const std::string& origin = ended.download->target.origin;
  DownloadSlots& slots = schedule_.slots();
  if (ended.used_http2) slots.NoteMultiplexing(origin);
  if (ended.end.asked_to_slow_down) slots.OnSlowDown(origin, now);
  if (IsGood(ended.end.result)) {
    slots.OnSuccess(origin, now, ended.body_bytes, schedule_.Waiting() > 0);
  }
}

bool DownloadDesk::ComesAgain(EndedTransfer& ended, TimePoint now) {
  Download& download = *ended.download;
  download.attempts_spent += ended.end.timed_out ? 2 : 1;
  const auto delay = RetryDelay(options_.retry,
                                {.attempts_spent = download.attempts_spent,
                                 .urgency = download.urgency,
                                 .retry_after = ended.end.retry_after,
                                 .time_left = TimeLeft(download, now)},
                                std::uniform_real_distribution<>(0, 1)(random_));
  if (!delay) return false;
  download.last_failure = ended.end.result.error().detail;
  const TimePoint not_before = now + ended.end.retry_after.value_or(std::chrono::seconds(0));
  schedule_.ComeAgain(std::move(ended.download), now + *delay, not_before);
  return true;
}

// Of the total timeout. Never none: a transfer that has no time ends at once, in the way of all.
milliseconds DownloadDesk::TimeLeft(const Download& download, TimePoint now) const {
  const auto left = download.began + options_.total_timeout - now;
  return std::max(duration_cast<milliseconds>(left), milliseconds(1));
}

}  // namespace image_cache
