// Which download runs when: those that wait, those that run, and those that wait for their next
// attempt.
//
// Owned by the downloader, which locks; not thread-safe. Time is an argument.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native-server/origin/schedule/download.h"
#include "native-server/origin/schedule/download_queue.h"
#include "native-server/origin/schedule/download_slots.h"

namespace image_cache {

class DownloadSchedule {
 public:
  using Id = Downloader::Id;
  using TimePoint = Download::TimePoint;

  // More than max_waiting may not wait for their first attempt. REQUIRES: max_parallel >= 1.
  DownloadSchedule(int max_parallel, std::size_t max_waiting)
      : slots_(max_parallel), max_waiting_(max_waiting) {}

  [[nodiscard]] bool IsFull() const { return queue_.Size() >= max_waiting_; }
  // REQUIRES: not IsFull.
  void Add(std::unique_ptr<Download> download) { queue_.Push(std::move(download)); }

  // The next one that may run, which counts as running from now on; null when there is none now.
  [[nodiscard]] std::unique_ptr<Download> Next(TimePoint now);
  // It runs no more, whatever became of it. REQUIRES: IsRunning(id).
  void End(Id id);
  // It comes again at `due`, without a place until then. Somebody's waiting for it may bring it
  // forward, not before `not_before`, which is the origin's own word. REQUIRES: it has ended.
  void ComeAgain(std::unique_ptr<Download> download, TimePoint due, TimePoint not_before);

  // Moves up, never down, wherever it is. Ignores an unknown id.
  void Promote(Id id, Urgency urgency, TimePoint now);
  // Takes out one that waits; null when it runs or is unknown.
  [[nodiscard]] std::unique_ptr<Download> Remove(Id id);
  [[nodiscard]] std::unique_ptr<Download> RemoveAny();

  [[nodiscard]] bool IsRunning(Id id) const { return running_.contains(id); }
  // As it was promoted meanwhile. REQUIRES: IsRunning(id).
  [[nodiscard]] Urgency UrgencyOf(Id id) const { return running_.at(id).urgency; }
  [[nodiscard]] std::size_t Running() const { return running_.size(); }
  [[nodiscard]] std::size_t Waiting() const { return queue_.Size(); }
  // When the order was given of what waits the longest for its first attempt.
  [[nodiscard]] std::optional<TimePoint> OldestWaiting() const { return queue_.Oldest(); }
  [[nodiscard]] std::size_t WaitingForRetry() const { return retries_.size(); }

  // --- for who looks on ---
  struct Runner {
    OriginUrl target;
    Urgency urgency;
    std::string actor_id;
    TimePoint began;
    std::shared_ptr<const DownloadProgress> progress;
  };
  struct WaitingRetry {
    const Download* download;
    TimePoint due;
  };
  // At most `max` of each, valid until the next change: those that began first, those that are due
  // first, and those that are next.
  [[nodiscard]] std::vector<std::pair<Id, const Runner*>> FirstRunning(std::size_t max) const;
  [[nodiscard]] std::vector<WaitingRetry> FirstRetries(std::size_t max) const;
  [[nodiscard]] std::vector<const Download*> FirstQueued(std::size_t max) const {
    return queue_.First(max);
  }

  // When the next retry is due.
  [[nodiscard]] std::optional<TimePoint> NextDue() const;
  [[nodiscard]] DownloadSlots& slots() { return slots_; }
  [[nodiscard]] const DownloadSlots& slots() const { return slots_; }

 private:
  struct Retry {
    std::unique_ptr<Download> download;
    TimePoint not_before;
  };
  using Due = std::pair<TimePoint, Id>;

  DownloadSlots slots_;
  const std::size_t max_waiting_;
  DownloadQueue queue_;
  std::unordered_map<Id, Runner> running_;
  // Bounded by max_waiting: a download that comes again has once waited, and only those that ran
  // come here; while there are that many, none begins its first attempt.
  std::map<Due, Retry> retries_;
  std::unordered_map<Id, TimePoint> due_of_;
};

}  // namespace image_cache
