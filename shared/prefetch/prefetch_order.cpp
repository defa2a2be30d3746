// The decisions of PrefetchQueue::Next(): who is first, whether it may start, and what makes room.
#include <algorithm>

#include "shared/prefetch/prefetch_queue.h"

namespace image_cache {

PrefetchStep PrefetchQueue::Next(std::int64_t now_ms) {
  now_ms = Forward(now_ms);
  PrefetchStep step;
  if (aborted_.empty() && !paused_ && !conditions_.is_offline) step = Decide(now_ms);
  if (!aborted_.empty()) {
    step.kind = PrefetchStep::Kind::kAbort;
    step.batch.id = aborted_.back();
    aborted_.pop_back();
  }
  return step;
}

PrefetchStep PrefetchQueue::Decide(std::int64_t now_ms) {
  MakeReadyWhatIsDue(now_ms);
  std::optional<std::int64_t> wait_ms;
  if (!retries_.empty()) wait_ms = retries_.begin()->first.first - now_ms;
  if (Slot* slot = First()) {
    if (const RunningBatch* batch = InTheWayOf(*slot)) {
      TakeBack(*batch);
      return {};
    }
    if (MayStart(*slot)) {
      const std::int64_t pause_ms = PauseBefore(*slot, now_ms);
      if (pause_ms == 0) return Start(*slot, now_ms);
      wait_ms = std::min(wait_ms.value_or(pause_ms), pause_ms);
    }
  }
  PrefetchStep step;
  if (wait_ms) {
    step.kind = PrefetchStep::Kind::kWait;
    step.wait_ms = *wait_ms;
  }
  return step;
}

void PrefetchQueue::MakeReadyWhatIsDue(std::int64_t now_ms) {
  while (!retries_.empty() && retries_.begin()->first.first <= now_ms) {
    Slot& slot = *retries_.begin()->second;
    LeaveLines(slot);
    slot.actor.MakeReadyWhatIsDue(now_ms);
    SettleActor(slot);
  }
}

// The first that the conditions let start.
PrefetchQueue::Slot* PrefetchQueue::First() const {
  for (std::size_t i = 0; i < kPrefetchPriorities; ++i) {
    const auto priority = static_cast<PrefetchPriority>(i);
    if (priority == PrefetchPriority::kLow && conditions_.is_hidden) break;
    const Line& visible = ready_[i].with_visible;
    const Line& others = ready_[i].others;
    const bool is_only_visible = IsOnlyVisible(priority);
    if (visible.empty() && (is_only_visible || others.empty())) continue;
    const bool takes_visible = is_only_visible || others.empty() ||
                               (!visible.empty() && visible.begin()->first < others.begin()->first);
    return (takes_visible ? visible : others).begin()->second;
  }
  return nullptr;
}

// What is to be aborted for `slot` to start: the last of those that come after it.
const PrefetchQueue::RunningBatch* PrefetchQueue::InTheWayOf(const Slot& slot) const {
  const RunningBatch* last = nullptr;
  for (const RunningBatch& batch : running_) {
    if (GoesBefore(*batch.slot, slot)) return nullptr;  // it would have to wait for this one
    if (batch.slot == &slot) continue;
    if (last == nullptr || !GoesBefore(*batch.slot, *last->slot)) last = &batch;
  }
  if (last == nullptr) return nullptr;
  const bool is_left = last->slot->is_left && slot.actor.priority() < last->slot->actor.priority();
  const bool takes_its_place =
      slot.actor.priority() == PrefetchPriority::kHigh && slot.running_batches == 0 && IsFull();
  return is_left || takes_its_place ? last : nullptr;
}

bool PrefetchQueue::MayStart(const Slot& slot) const {
  const std::int64_t of_actor = IsSlowed() ? 1 : options_.batches_per_actor;
  if (IsFull() || slot.running_batches >= of_actor) return false;
  const bool is_high = slot.actor.priority() == PrefetchPriority::kHigh;
  return std::all_of(running_.begin(), running_.end(), [&](const RunningBatch& batch) {
    return batch.slot == &slot || (is_high && GoesBefore(slot, *batch.slot));
  });
}

std::int64_t PrefetchQueue::PauseBefore(const Slot& slot, std::int64_t now_ms) const {
  if (slot.actor.priority() == PrefetchPriority::kHigh || !last_end_ms_) return 0;
  const bool goes_on = slot.actor.id() == last_actor_;
  const std::int64_t pause_ms = conditions_.is_hidden ? options_.hidden_pause_ms
                                : goes_on             ? 0
                                                      : options_.pause_between_actors_ms;
  // Neither term overflows: 0 <= last_end_ms_ <= now_ms.
  return std::max<std::int64_t>(pause_ms - (now_ms - *last_end_ms_), 0);
}

PrefetchStep PrefetchQueue::Start(Slot& slot, std::int64_t now_ms) {
  LeaveLines(slot);
  if (running_.empty()) rate_.Begin(now_ms);
  const auto limit = static_cast<std::size_t>(conditions_.is_slow ? options_.slow_batch_images
                                                                  : options_.batch_images);
  PrefetchStep step;
  step.kind = PrefetchStep::Kind::kStart;
  step.batch.id = ++last_batch_id_;
  step.batch.actor_id = slot.actor.id();
  step.batch.priority = slot.actor.priority();
  step.batch.images =
      slot.actor.StartBatch(step.batch.id, limit, IsOnlyVisible(slot.actor.priority()));
  ++slot.running_batches;
  running_.push_back({step.batch.id, &slot});
  SettleActor(slot);
  return step;
}

void PrefetchQueue::TakeBack(const RunningBatch& batch) {
  Slot& slot = *batch.slot;
  LeaveLines(slot);
  slot.actor.TakeBackBatch(batch.id);
  --slot.running_batches;
  aborted_.push_back(batch.id);
  running_.erase(running_.begin() + (&batch - running_.data()));
  SettleActor(slot);
}

}  // namespace image_cache
