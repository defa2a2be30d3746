// What to prefetch next: whole actors by priority, one at a time, with retries.
//
// The queue decides and remembers; its caller downloads and tells it what came of it. It has no
// clock and no timer: `now_ms` is any clock that only goes forward, and Next() says how long to
// wait. Owned and used by one thread.
//
//   for (;;) {
//     PrefetchStep step = queue.Next(now_ms);
//     if (step.kind == kStart) start step.batch; on its end: queue.Finish(batch.id, results,
//     now_ms);
//                              then call Next again: a batch may start beside this one
//     if (step.kind == kWait)  call Next again in step.wait_ms, or after any other call
//     if (step.kind == kIdle)  call Next again after any other call (Enqueue, Finish, Resume,
//     Cancel)
//   }
//
// Order: high before normal before low; within a priority first come, first served, except that an
// actor enqueued at high priority (a person opened it) goes before all others, each time. Enqueuing
// an actor that waits already adds the images it does not have yet and promotes it; a normal one
// that was low keeps its place by arrival among the normal. Nothing is queued twice, and nothing is
// demoted by asking again.
//
// Side by side: while one batch runs no other is started, except that a high-priority actor may
// start beside a batch of lower priority. A batch keeps the priority with which it started; if its
// actor is promoted to high meanwhile and has new images, those may start beside it.
//
// Pause: a normal or low batch starts pause_between_actors_ms after the end of the last batch. A
// high-priority one does not wait for it: somebody is looking. A cancelled batch asks for no pause.
//
// Retries: an image that failed in a way that may pass is due again after first_retry_delay_ms,
// then twice that, and so on; its actor keeps its place, and others go on meanwhile. What is due
// together goes in one batch.
//
// Every operation is O(log n) in the number of actors, plus the images of the actor it is about. An
// actor that is done with stays counted in the progress and takes no more than its name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shared/prefetch/prefetch_actor.h"
#include "shared/prefetch/prefetch_types.h"

namespace image_cache {

class PrefetchQueue {
 public:
  explicit PrefetchQueue(PrefetchOptions options = {});

  // Adds or promotes. An actor that has failed, been completed or been cancelled before starts anew
  // with the images given. Images that are cached already are left out by the caller, or reported
  // kAlreadyCached. An actor without images counts as completed at once.
  void Enqueue(std::string actor_id, std::vector<PrefetchImage> images, PrefetchPriority priority);

  [[nodiscard]] PrefetchStep Next(std::int64_t now_ms);

  // REQUIRES: the id of a batch that Next gave and that was not finished or cancelled; any other is
  // ignored. An image of the batch that `results` does not name counts as kRetry; a result for an
  // image that is not of the batch is ignored.
  void Finish(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
              std::int64_t now_ms);

  void Pause();  // what runs goes on; nothing new is started
  void Resume();
  // Forgets the actor's images, waiting or running. Returns the ids of the running batches to
  // abort, which are no longer the queue's. An actor that neither waits nor runs is left as it is.
  std::vector<std::uint64_t> Cancel(std::string_view actor_id);
  std::vector<std::uint64_t> CancelAll();

  [[nodiscard]] PrefetchProgress Progress() const;
  // True when anything of the actor waits, for a retry too, or runs. O(1).
  [[nodiscard]] bool IsBusyWith(std::string_view actor_id) const;
  // The actors that wait and do not run, in the order in which they would start; those that wait
  // for a retry come after the others, by the time of it.
  [[nodiscard]] std::vector<std::string> WaitingActors() const;

 private:
  enum class State { kWaiting, kRunning, kCompleted, kFailed, kCancelled };
  static constexpr std::size_t kStates = 5;

  struct Slot {
    Slot(std::string actor_id, PrefetchPriority priority) : actor(std::move(actor_id), priority) {}

    PrefetchActor actor;
    State state = State::kWaiting;
    std::int64_t sequence = 0;  // its place within its priority
    int running_batches = 0;
    // Where it stands in a line, if it stands in one.
    bool in_line = false;
    PrefetchPriority line = PrefetchPriority::kNormal;
    std::int64_t due_ms = 0;
  };
  struct RunningBatch {
    std::uint64_t id;
    PrefetchPriority priority;
    Slot* slot;
  };
  // Those that may start, by (0, sequence); and those whose retry is not due, by (due_ms,
  // sequence). One type of map for both: its code is downloaded by every page.
  using Place = std::pair<std::int64_t, std::int64_t>;
  struct Line {
    std::map<Place, Slot*> ready;
    std::map<Place, Slot*> delayed;
  };

  Line& LineOf(PrefetchPriority priority) { return lines_[static_cast<std::size_t>(priority)]; }
  std::int64_t Forward(std::int64_t now_ms);
  void Promote(Slot& slot, PrefetchPriority priority);
  void LeaveLine(Slot& slot);
  void JoinLine(Slot& slot);
  void SetState(Slot& slot, State state);
  void CountImages(const ImageCounts& before, const ImageCounts& after);
  void SettleActor(Slot& slot);
  void MakeReadyWhatIsDue(std::int64_t now_ms);
  [[nodiscard]] static bool IsBusy(const Slot& slot) {
    return slot.state == State::kWaiting || slot.state == State::kRunning;
  }
  [[nodiscard]] bool MayStart(PrefetchPriority priority) const;
  [[nodiscard]] PrefetchStep Start(Slot& slot, std::int64_t now_ms);
  std::vector<std::uint64_t> CancelSlot(Slot& slot);

  PrefetchOptions options_;
  std::unordered_map<std::string_view, std::unique_ptr<Slot>> slots_;  // by slot.actor.id()
  std::array<Line, kPrefetchPriorities> lines_;
  std::vector<RunningBatch> running_;  // two at most, in the order in which they started
  std::array<std::size_t, kStates> actors_in_state_{};
  ImageCounts images_;
  std::uint64_t bytes_ = 0;
  std::uint64_t last_batch_id_ = 0;
  std::int64_t next_back_ = 1;               // sequences grow at the back …
  std::int64_t next_front_ = -1;             // … and fall at the front
  std::optional<std::int64_t> last_end_ms_;  // of a batch; nothing before the first
  std::int64_t latest_now_ms_ = 0;
  bool paused_ = false;
};

}  // namespace image_cache
