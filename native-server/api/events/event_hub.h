// Tells all pages that listen what happens: changes of the manifest, prefetches, statistics.
//
// Owned by main; thread-safe. One thread asks everybody for their news, writes each event once and
// shares its text among the pages' queues. It is woken by changes and by prefetches that begin or
// end, but never handed anything: it reads the change log from where it was, so what it has yet to
// do cannot grow, and the index's writer waits for nothing. While nobody listens it sleeps.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "native-server/api/events/event_queue.h"
#include "native-server/api/overview.h"
#include "native-server/services/prefetch/running_prefetches.h"
#include "native-server/store/changes/change_log.h"

namespace image_cache {

// How often at most.
struct EventPace {
  std::chrono::milliseconds progress{250};
  std::chrono::milliseconds stats{1000};
};

struct EventStats {
  std::size_t listeners = 0;
  EventQueueLimits limits;  // of each listener's queue
  std::uint64_t sent = 0, dropped = 0, gaps = 0;
  std::uint64_t waiting = 0, waiting_bytes = 0;  // in all queues
  RunningPrefetchesStats prefetches;
};

class EventHub {
 public:
  // All of these outlive it, and it outlives the opening of the last socket.
  // `read_numbers` reads the statistics; the hub's thread calls it.
  EventHub(ChangeLog& changes, RunningPrefetches& prefetches,
           std::function<Overview()> read_numbers, EventQueueLimits limits = {},
           EventPace pace = {});
  ~EventHub();

  // A page that listens from the moment on that its socket is open: a greeting comes first, then
  // everything that follows the revision which that names.
  [[nodiscard]] std::shared_ptr<MessageSource> Listen(EventKinds kinds);
  [[nodiscard]] EventStats Stats() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  using Listeners = std::vector<std::shared_ptr<EventQueue>>;

  void Join(std::shared_ptr<EventQueue> queue);
  void Wake();
  void Run();
  // Until then, or until there is news; what has joined meanwhile. Nothing: it is time to stop.
  [[nodiscard]] std::optional<Listeners> Await(TimePoint then);
  [[nodiscard]] TimePoint NextTurn() const;
  void TakeTurn(Listeners joined);
  void Greet(Listeners joined);
  void ForgetClosed();
  void TellChanges();
  void TellProgress();
  void TellStats();
  void Tell(EventKind kind, std::string text);
  [[nodiscard]] bool IsWanted(EventKind kind) const;

  ChangeLog& changes_;
  RunningPrefetches& prefetches_;
  const std::function<Overview()> read_numbers_;
  const EventQueueLimits limits_;
  const EventPace pace_;
  const std::shared_ptr<EventCounters> counters_ = std::make_shared<EventCounters>();

  std::mutex mutex_;  // nothing else is locked while it is held
  std::condition_variable woken_;
  Listeners joined_;          // guarded by mutex_: since the last turn
  bool has_news_ = false;     // guarded by mutex_
  bool is_stopping_ = false;  // guarded by mutex_
  // Written with mutex_ held. False: news wakes nobody.
  std::atomic<bool> is_listened_to_{false};
  std::atomic<std::size_t> listener_count_{0};

  // Of the hub's thread.
  Listeners listeners_;
  std::uint64_t revision_ = 0;      // that they were told of
  TimePoint progress_looked_at_{};  // when
  TimePoint stats_looked_at_{};     // when
  std::string prefetches_told_;     // a text; empty: somebody was not told it
  std::string stats_told_;          // likewise
  bool are_prefetches_watched_ = false;

  std::unique_ptr<ChangeLog::Watch> watch_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace image_cache
