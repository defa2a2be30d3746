// What PrefetchQueue says of itself: who waits, in which order, and why.
#include <algorithm>

#include "shared/prefetch/prefetch_queue.h"

namespace image_cache {

std::vector<const PrefetchQueue::Slot*> PrefetchQueue::WaitingSlots() const {
  std::vector<const Slot*> waiting;
  const auto add = [&waiting](const Slot* slot) {
    if (slot->state == State::kWaiting) waiting.push_back(slot);
  };
  for (const ReadyLines& lines : ready_) {
    auto visible = lines.with_visible.begin();
    auto other = lines.others.begin();
    // Both lines as one, by place.
    while (visible != lines.with_visible.end() || other != lines.others.end()) {
      const bool is_visible_first =
          other == lines.others.end() ||
          (visible != lines.with_visible.end() && visible->first < other->first);
      add((is_visible_first ? visible : other)++->second);
    }
  }
  for (const auto& [place, slot] : retries_) {
    if (!slot->actor.HasReady()) add(slot);
  }
  return waiting;
}

std::vector<std::string> PrefetchQueue::WaitingActors() const {
  std::vector<std::string> names;
  for (const Slot* slot : WaitingSlots()) names.push_back(slot->actor.id());
  return names;
}

std::vector<QueuedActor> PrefetchQueue::Describe(std::size_t limit) const {
  std::vector<const Slot*> slots;
  for (const RunningBatch& batch : running_) {
    if (std::find(slots.begin(), slots.end(), batch.slot) == slots.end())
      slots.push_back(batch.slot);
  }
  const std::vector<const Slot*> waiting = WaitingSlots();
  slots.insert(slots.end(), waiting.begin(), waiting.end());
  if (slots.size() > limit) slots.resize(limit);

  std::vector<QueuedActor> actors;
  actors.reserve(slots.size());
  for (const Slot* slot : slots) {
    const PrefetchActor& actor = slot->actor;
    const ImageCounts& counts = actor.counts();
    const PrefetchHold hold = HoldOf(*slot);
    const std::int64_t retry_in_ms =
        hold == PrefetchHold::kRetry ? actor.NextRetryMs().value_or(0) - latest_now_ms_ : 0;
    actors.push_back({actor.id(), actor.priority(), counts.total - counts.completed - counts.failed,
                      actor.HasReadyVisible(), hold, std::max<std::int64_t>(retry_in_ms, 0)});
  }
  return actors;
}

PrefetchHold PrefetchQueue::HoldOf(const Slot& slot) const {
  if (slot.state == State::kRunning) return PrefetchHold::kNone;
  if (paused_) return PrefetchHold::kPaused;
  if (conditions_.is_offline) return PrefetchHold::kOffline;
  if (!slot.actor.HasReady()) return PrefetchHold::kRetry;
  const PrefetchPriority priority = slot.actor.priority();
  if (conditions_.is_hidden && priority == PrefetchPriority::kLow) return PrefetchHold::kHidden;
  if (IsOnlyVisible(priority) && !slot.actor.HasReadyVisible()) return PrefetchHold::kSavesData;
  return PrefetchHold::kTurn;
}

}  // namespace image_cache
