#include "native-server/origin/schedule/download_schedule.h"

#include <algorithm>

namespace image_cache {

std::unique_ptr<Download> DownloadSchedule::Next(TimePoint now) {
  while (!retries_.empty() && retries_.begin()->first.first <= now) {
    auto node = retries_.extract(retries_.begin());
    due_of_.erase(node.key().second);
    queue_.Push(std::move(node.mapped().download));
  }
  auto next = queue_.Pop([this](const Download& first) {
    using Verdict = DownloadQueue::Verdict;
    if (!slots_.HasRoom(first.urgency)) return Verdict::kStop;
    // While that many come again, origins fail: what has not begun waits, so that they stay so
    // many.
    if (retries_.size() >= max_waiting_ && first.attempts_spent == 0) return Verdict::kPassOver;
    return slots_.HasRoomAt(first.target.origin, first.urgency) ? Verdict::kTake
                                                                : Verdict::kPassOver;
  });
  if (next == nullptr) return nullptr;
  slots_.Take(next->target.origin, next->urgency);
  running_.emplace(next->id, Runner{.target = next->target,
                                    .urgency = next->urgency,
                                    .actor_id = next->actor_id,
                                    .began = next->attempts_spent == 0 ? now : next->began,
                                    .progress = next->progress});
  return next;
}

void DownloadSchedule::End(Id id) {
  const auto found = running_.find(id);
  slots_.Release(found->second.target.origin, found->second.urgency);
  running_.erase(found);
}

void DownloadSchedule::ComeAgain(std::unique_ptr<Download> download, TimePoint due,
                                 TimePoint not_before) {
  const Id id = download->id;
  due_of_.emplace(id, due);
  retries_.emplace(Due(due, id), Retry{std::move(download), not_before});
}

void DownloadSchedule::Promote(Id id, Urgency urgency, TimePoint now) {
  if (const auto runner = running_.find(id); runner != running_.end()) {
    if (urgency >= runner->second.urgency) return;
    runner->second.urgency = urgency;
    if (urgency == Urgency::kDemand) slots_.BecomeDemand(runner->second.target.origin);
    return;
  }
  const auto found = due_of_.find(id);
  if (found == due_of_.end()) return queue_.Promote(id, urgency);

  auto node = retries_.extract(Due(found->second, id));
  Download& download = *node.mapped().download;
  download.urgency = std::min(download.urgency, urgency);
  if (urgency == Urgency::kDemand) {
    found->second = std::min(found->second, std::max(now, node.mapped().not_before));
    node.key() = Due(found->second, id);
  }
  retries_.insert(std::move(node));
}

std::unique_ptr<Download> DownloadSchedule::Remove(Id id) {
  const auto found = due_of_.find(id);
  if (found == due_of_.end()) return queue_.Remove(id);
  auto node = retries_.extract(Due(found->second, id));
  due_of_.erase(found);
  return std::move(node.mapped().download);
}

std::unique_ptr<Download> DownloadSchedule::RemoveAny() {
  if (!retries_.empty()) return Remove(retries_.begin()->first.second);
  return queue_.Pop([](const Download&) { return DownloadQueue::Verdict::kTake; });
}

std::vector<std::pair<DownloadSchedule::Id, const DownloadSchedule::Runner*>>
DownloadSchedule::FirstRunning(std::size_t max) const {
  std::vector<std::pair<Id, const Runner*>> first;
  first.reserve(running_.size());
  for (const auto& [id, runner] : running_) first.emplace_back(id, &runner);
  const std::size_t count = std::min(max, first.size());
  const auto end = first.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(first.begin(), end, first.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second->began, a.first) < std::pair(b.second->began, b.first);
  });
  first.erase(end, first.end());
  return first;
}

std::vector<DownloadSchedule::WaitingRetry> DownloadSchedule::FirstRetries(std::size_t max) const {
  std::vector<WaitingRetry> first;
  for (const auto& [due, retry] : retries_) {
    if (first.size() == max) break;
    first.push_back({.download = retry.download.get(), .due = due.first});
  }
  return first;
}

std::optional<DownloadSchedule::TimePoint> DownloadSchedule::NextDue() const {
  if (retries_.empty()) return std::nullopt;
  return retries_.begin()->first.first;
}

}  // namespace image_cache
