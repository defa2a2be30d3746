// What to prefetch next: actors by priority, one at a time, in small batches, with retries.
//
// The queue decides and remembers; its caller downloads and tells it what came of it. It has no
// clock and no timer: `now_ms` is any clock that only goes forward, and Next() says how long to
// wait. Owned and used by one thread. After any other call, and after a wait:
//
//   for (;;) {
//     PrefetchStep step = queue.Next(now_ms);
//     if (step.kind == kStart) start step.batch; on its end: queue.Finish(batch.id, results,
//     now_ms) if (step.kind == kAbort) abort the batch with step.batch.id, which is no longer the
//     queue's if (step.kind == kWait)  come again in step.wait_ms; leave the loop if (step.kind ==
//     kIdle)  leave the loop
//   }
//
// Order: high before normal before low; within a priority first come, first served, except that an
// actor that is opened (or enqueued at high priority) goes before all others, each time. Enqueuing
// an actor that waits already adds the images it does not have yet and promotes it; a normal one
// that was low keeps its place by arrival among the normal. Nothing is queued twice. Nothing is
// demoted by asking again, only by Leave(). Within an actor: visible images, then the order given.
//
// Side by side: batches_per_actor batches of one actor. Beside those of others only an actor of
// high priority starts, and only when they come after it; its first batch starts at once, and the
// last of the others is aborted when max_batches run. What runs of an actor that was left is also
// aborted as soon as anything of a higher priority could start. An aborted batch has not been: its
// images wait again, and none has been tried.
//
// Pause: a normal or low batch starts pause_between_actors_ms after the end of another actor's last
// batch. High priority does not wait for it: somebody is looking. An abort asks for no pause.
//
// Retries: an image that failed in a way that may pass is due again after first_retry_delay_ms,
// then twice that, and so on; its actor keeps its place, and others go on meanwhile.
//
// Every operation is O(log n) in the number of actors, plus O(log n) for each image it is about;
// cancelling, plus the images of the actor. An actor that is done with takes no more than its name,
// and of max_finished_actors of them only: one that is forgotten stays in the progress, and counts
// as another one when it comes back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/prefetch/prefetch_actor.h"
#include "shared/prefetch/prefetch_rate.h"
#include "shared/prefetch/prefetch_types.h"

namespace image_cache {

class PrefetchQueue {
 public:
  explicit PrefetchQueue(PrefetchOptions options = {});

  // Adds or promotes. An actor that has failed, been completed or been cancelled before starts anew
  // with the images given. An actor without images to fetch counts as completed at once.
  void Enqueue(std::string actor_id, std::vector<PrefetchImage> images, PrefetchPriority priority);

  // These two and the next do nothing to an actor of which nothing waits or runs.
  void Open(std::string_view actor_id);   // to high priority, before all others
  void Leave(std::string_view actor_id);  // to low priority, after all others
  void SetVisible(std::string_view actor_id, std::string_view key, bool is_visible);

  [[nodiscard]] PrefetchStep Next(std::int64_t now_ms);

  // REQUIRES: the id of a batch that Next gave and that was not finished or aborted; any other is
  // ignored. An image of the batch that `results` does not name counts as kRetry; a result for an
  // image that is not of the batch is ignored.
  void Finish(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
              std::int64_t now_ms);

  void Pause();  // what runs goes on; nothing new is started
  void Resume();
  void SetConditions(const PrefetchConditions& conditions) { conditions_ = conditions; }

  // Forgets the actor's images, waiting or running: Next() says which batches to abort. An actor
  // that neither waits nor runs is left as it is.
  void Cancel(std::string_view actor_id);
  void CancelAll();

  [[nodiscard]] PrefetchProgress Progress() const;
  // True when anything of the actor waits, for a retry too, or runs. O(1).
  [[nodiscard]] bool IsBusyWith(std::string_view actor_id) const;
  // The actors that wait and do not run, in the order in which they would start; those that wait
  // for a retry come after the others, by the time of it. O(n).
  [[nodiscard]] std::vector<std::string> WaitingActors() const;
  // What runs, then what waits, in the order of WaitingActors(): `limit` actors at most. For people
  // who want to know why something is not there yet. O(n).
  [[nodiscard]] std::vector<QueuedActor> Describe(std::size_t limit) const;

 private:
  enum class State { kWaiting, kRunning, kCompleted, kFailed, kCancelled };
  static constexpr std::size_t kStates = 5;

  struct Slot;
  using Line = std::map<PrefetchPlace, Slot*>;
  struct Slot {
    Slot(std::string actor_id, PrefetchPriority priority) : actor(std::move(actor_id), priority) {}

    PrefetchActor actor;
    State state = State::kWaiting;
    bool is_left = false;
    std::int64_t running_batches = 0;
    std::int64_t sequence = 0;  // its place within its priority, or among the finished
    // Where it stands: by (0, sequence), and in retries_ by (retry_ms, sequence).
    Line* line = nullptr;
    std::optional<std::int64_t> retry_ms;
  };
  struct RunningBatch {
    std::uint64_t id;
    Slot* slot;
  };
  // Those of one priority with an image that is ready. Visible ones apart: under saves_data only
  // they may start.
  struct ReadyLines {
    Line with_visible, others;
  };

  [[nodiscard]] static bool IsBusy(const Slot& slot) {
    return slot.state == State::kWaiting || slot.state == State::kRunning;
  }
  [[nodiscard]] static bool GoesBefore(const Slot& one, const Slot& other) {
    return std::pair(one.actor.priority(), one.sequence) <
           std::pair(other.actor.priority(), other.sequence);
  }
  [[nodiscard]] std::vector<const Slot*> WaitingSlots() const;
  [[nodiscard]] PrefetchHold HoldOf(const Slot& slot) const;
  [[nodiscard]] Slot* FindBusy(std::string_view actor_id) const;
  std::int64_t Forward(std::int64_t now_ms);
  void LeaveLines(Slot& slot);
  void SettleActor(Slot& slot);
  void SetState(Slot& slot, State state);
  void FinishActor(Slot& slot, State state);
  void CountImages(const ImageCounts& before, const ImageCounts& after);
  void Move(Slot& slot, PrefetchPriority priority, std::int64_t sequence);

  // The decisions of Next(), in prefetch_order.cpp.
  [[nodiscard]] bool IsSlowed() const { return conditions_.is_slow || conditions_.is_hidden; }
  [[nodiscard]] bool IsOnlyVisible(PrefetchPriority priority) const {
    return conditions_.saves_data && priority != PrefetchPriority::kHigh;
  }
  [[nodiscard]] bool IsFull() const {
    const std::int64_t limit = conditions_.is_slow ? 1 : options_.max_batches;
    return running_.size() >= static_cast<std::size_t>(limit);
  }
  [[nodiscard]] PrefetchStep Decide(std::int64_t now_ms);
  void MakeReadyWhatIsDue(std::int64_t now_ms);
  [[nodiscard]] Slot* First() const;
  [[nodiscard]] const RunningBatch* InTheWayOf(const Slot& slot) const;
  [[nodiscard]] bool MayStart(const Slot& slot) const;
  [[nodiscard]] std::int64_t PauseBefore(const Slot& slot, std::int64_t now_ms) const;
  void TakeBack(const RunningBatch& batch);
  [[nodiscard]] PrefetchStep Start(Slot& slot, std::int64_t now_ms);
  void CancelSlot(Slot& slot);

  PrefetchOptions options_;
  PrefetchConditions conditions_;
  std::map<std::string_view, std::unique_ptr<Slot>> slots_;  // by slot.actor.id()
  std::array<ReadyLines, kPrefetchPriorities> ready_;
  Line retries_;
  Line finished_;                       // at most max_finished_actors
  std::vector<RunningBatch> running_;   // at most max_batches, in the order in which they started
  std::vector<std::uint64_t> aborted_;  // of which Next() has yet to tell
  std::array<std::size_t, kStates> actors_in_state_{};
  ImageCounts images_;
  std::uint64_t bytes_ = 0;
  PrefetchRate rate_;
  std::uint64_t last_batch_id_ = 0;
  std::int64_t next_back_ = 1;               // sequences grow at the back …
  std::int64_t next_front_ = -1;             // … and fall at the front
  std::optional<std::int64_t> last_end_ms_;  // of a batch; nothing before the first
  std::string last_actor_;                   // whose that was
  std::int64_t latest_now_ms_ = 0;
  bool paused_ = false;
};

}  // namespace image_cache
