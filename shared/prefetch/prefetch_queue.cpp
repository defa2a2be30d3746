#include "shared/prefetch/prefetch_queue.h"

#include <algorithm>

namespace image_cache {
namespace {

// What the server takes in one request of 8 MiB, were every URL of the greatest length.
constexpr std::int64_t kMaxBatchImages = 500;

PrefetchOptions Sanitized(PrefetchOptions options) {
  for (std::int64_t* time_ms : {&options.pause_between_actors_ms, &options.hidden_pause_ms,
                                &options.first_retry_delay_ms, &options.max_retry_delay_ms}) {
    *time_ms = std::max<std::int64_t>(*time_ms, 0);
  }
  for (std::int64_t* count : {&options.max_attempts, &options.batches_per_actor,
                              &options.max_batches, &options.max_finished_actors}) {
    *count = std::max<std::int64_t>(*count, 1);
  }
  for (std::int64_t* images : {&options.batch_images, &options.slow_batch_images}) {
    *images = std::clamp<std::int64_t>(*images, 1, kMaxBatchImages);
  }
  return options;
}

}  // namespace

PrefetchQueue::PrefetchQueue(PrefetchOptions options) : options_(Sanitized(options)) {}

void PrefetchQueue::Enqueue(std::string actor_id, std::vector<PrefetchImage> images,
                            PrefetchPriority priority) {
  auto position = slots_.find(actor_id);
  if (position == slots_.end()) {
    auto created = std::make_unique<Slot>(std::move(actor_id), priority);
    created->sequence = next_back_++;
    const std::string_view id = created->actor.id();
    position = slots_.emplace(id, std::move(created)).first;
    ++actors_in_state_[static_cast<std::size_t>(State::kWaiting)];
  }
  Slot& slot = *position->second;
  const ImageCounts before = slot.actor.counts();
  LeaveLines(slot);
  if (!IsBusy(slot)) {
    slot.actor.Reset(priority);
    slot.sequence = next_back_++;
    SetState(slot, State::kWaiting);
  }
  const bool is_high = priority == PrefetchPriority::kHigh;
  Move(slot, std::min(slot.actor.priority(), priority), is_high ? next_front_-- : slot.sequence);
  slot.actor.Add(std::move(images));
  CountImages(before, slot.actor.counts());
  SettleActor(slot);
}

void PrefetchQueue::Open(std::string_view actor_id) {
  if (Slot* slot = FindBusy(actor_id)) {
    LeaveLines(*slot);
    Move(*slot, PrefetchPriority::kHigh, next_front_--);
    SettleActor(*slot);
  }
}

void PrefetchQueue::Leave(std::string_view actor_id) {
  if (Slot* slot = FindBusy(actor_id)) {
    LeaveLines(*slot);
    Move(*slot, PrefetchPriority::kLow, next_back_++);
    slot->is_left = true;
    SettleActor(*slot);
  }
}

void PrefetchQueue::SetVisible(std::string_view actor_id, std::string_view key, bool is_visible) {
  if (Slot* slot = FindBusy(actor_id)) {
    LeaveLines(*slot);
    slot->actor.SetVisible(key, is_visible);
    SettleActor(*slot);
  }
}

void PrefetchQueue::Finish(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
                           std::int64_t now_ms) {
  const auto batch = std::find_if(running_.begin(), running_.end(),
                                  [&](const RunningBatch& b) { return b.id == batch_id; });
  if (batch == running_.end()) return;
  Slot& slot = *batch->slot;
  running_.erase(batch);
  --slot.running_batches;
  now_ms = Forward(now_ms);
  last_end_ms_ = now_ms;
  last_actor_ = slot.actor.id();

  const ImageCounts before = slot.actor.counts();
  LeaveLines(slot);
  const std::uint64_t bytes =
      slot.actor.FinishBatch(batch_id, results, options_, conditions_.is_offline, now_ms);
  const ImageCounts& after = slot.actor.counts();
  bytes_ += bytes;
  rate_.Add(bytes, after.completed + after.failed - before.completed - before.failed, now_ms);
  CountImages(before, after);
  SettleActor(slot);
}

void PrefetchQueue::Pause() { paused_ = true; }

void PrefetchQueue::Resume() { paused_ = false; }

void PrefetchQueue::Cancel(std::string_view actor_id) {
  if (Slot* slot = FindBusy(actor_id)) CancelSlot(*slot);
}

void PrefetchQueue::CancelAll() {
  std::vector<Slot*> busy;  // apart, because finishing one may forget another
  for (const auto& [actor_id, slot] : slots_) {
    if (IsBusy(*slot)) busy.push_back(slot.get());
  }
  for (Slot* slot : busy) CancelSlot(*slot);
}

PrefetchProgress PrefetchQueue::Progress() const {
  const auto in_state = [this](State state) {
    return actors_in_state_[static_cast<std::size_t>(state)];
  };
  const std::size_t waiting = in_state(State::kWaiting);
  PrefetchProgress progress;
  progress.completed = in_state(State::kCompleted);
  progress.failed = in_state(State::kFailed);
  progress.cancelled = in_state(State::kCancelled);
  progress.total = waiting + in_state(State::kRunning) + progress.completed + progress.failed +
                   progress.cancelled;
  progress.images = images_;
  progress.bytes = bytes_;
  if (!running_.empty()) progress.current = running_.back().slot->actor.id();
  progress.paused = paused_;
  progress.bytes_per_second = static_cast<std::uint64_t>(1000 * rate_.bytes_per_ms());
  const std::size_t images_left = images_.total - images_.completed - images_.failed;
  if (images_left == 0) {
    progress.left_ms = 0;
  } else if (rate_.images_per_ms() > 0 && !paused_ && !conditions_.is_offline) {
    const double pauses_ms =
        static_cast<double>(waiting) * static_cast<double>(options_.pause_between_actors_ms);
    progress.left_ms = static_cast<std::int64_t>(
        static_cast<double>(images_left) / rate_.images_per_ms() + pauses_ms);
  }
  return progress;
}

bool PrefetchQueue::IsBusyWith(std::string_view actor_id) const {
  return FindBusy(actor_id) != nullptr;
}

PrefetchQueue::Slot* PrefetchQueue::FindBusy(std::string_view actor_id) const {
  const auto position = slots_.find(actor_id);
  if (position == slots_.end() || !IsBusy(*position->second)) return nullptr;
  return position->second.get();
}

std::int64_t PrefetchQueue::Forward(std::int64_t now_ms) {
  latest_now_ms_ = std::max(latest_now_ms_, now_ms);
  return latest_now_ms_;
}

void PrefetchQueue::LeaveLines(Slot& slot) {
  if (slot.line != nullptr) slot.line->erase({0, slot.sequence});
  if (slot.retry_ms) retries_.erase({*slot.retry_ms, slot.sequence});
  slot.line = nullptr;
  slot.retry_ms.reset();
}

// REQUIRES: the slot stands in no line. Puts the actor where its images say it belongs.
void PrefetchQueue::SettleActor(Slot& slot) {
  if (slot.actor.IsDone()) {
    FinishActor(slot, slot.actor.counts().failed > 0 ? State::kFailed : State::kCompleted);
    return;
  }
  SetState(slot, slot.running_batches > 0 ? State::kRunning : State::kWaiting);
  if (slot.actor.HasReady()) {
    ReadyLines& lines = ready_[static_cast<std::size_t>(slot.actor.priority())];
    slot.line = slot.actor.HasReadyVisible() ? &lines.with_visible : &lines.others;
    slot.line->emplace(PrefetchPlace(0, slot.sequence), &slot);
  }
  slot.retry_ms = slot.actor.NextRetryMs();
  if (slot.retry_ms) retries_.emplace(PrefetchPlace(*slot.retry_ms, slot.sequence), &slot);
}

// REQUIRES: the slot stands in no line.
void PrefetchQueue::FinishActor(Slot& slot, State state) {
  SetState(slot, state);
  slot.actor.DropImages();
  slot.sequence = next_back_++;
  slot.line = &finished_;
  finished_.emplace(PrefetchPlace(0, slot.sequence), &slot);
  if (finished_.size() <= static_cast<std::size_t>(options_.max_finished_actors)) return;
  const auto oldest = finished_.begin();
  const std::string id = oldest->second->actor.id();
  finished_.erase(oldest);
  slots_.erase(id);
}

void PrefetchQueue::SetState(Slot& slot, State state) {
  --actors_in_state_[static_cast<std::size_t>(slot.state)];
  slot.state = state;
  ++actors_in_state_[static_cast<std::size_t>(state)];
}

void PrefetchQueue::CountImages(const ImageCounts& before, const ImageCounts& after) {
  // Unsigned: a fall wraps around and comes out right.
  images_.total += after.total - before.total;
  images_.completed += after.completed - before.completed;
  images_.failed += after.failed - before.failed;
  images_.skipped += after.skipped - before.skipped;
  images_.cancelled += after.cancelled - before.cancelled;
}

// REQUIRES: the slot stands in no line.
void PrefetchQueue::Move(Slot& slot, PrefetchPriority priority, std::int64_t sequence) {
  slot.actor.set_priority(priority);
  slot.sequence = sequence;
  slot.is_left = false;
}

void PrefetchQueue::CancelSlot(Slot& slot) {
  LeaveLines(slot);
  const auto is_of_slot = [&](const RunningBatch& batch) { return batch.slot == &slot; };
  for (const RunningBatch& batch : running_) {
    if (is_of_slot(batch)) aborted_.push_back(batch.id);
  }
  running_.erase(std::remove_if(running_.begin(), running_.end(), is_of_slot), running_.end());
  slot.running_batches = 0;
  const ImageCounts before = slot.actor.counts();
  slot.actor.DropImages();
  CountImages(before, slot.actor.counts());
  FinishActor(slot, State::kCancelled);
}

}  // namespace image_cache
