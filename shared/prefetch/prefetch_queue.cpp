#include "shared/prefetch/prefetch_queue.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::array<PrefetchPriority, kPrefetchPriorities> kPriorities = {
    PrefetchPriority::kHigh, PrefetchPriority::kNormal, PrefetchPriority::kLow};

PrefetchOptions Sanitized(PrefetchOptions options) {
  options.pause_between_actors_ms = std::max<std::int64_t>(options.pause_between_actors_ms, 0);
  options.max_attempts = std::max(options.max_attempts, 1);
  options.first_retry_delay_ms = std::max<std::int64_t>(options.first_retry_delay_ms, 0);
  options.max_retry_delay_ms = std::max<std::int64_t>(options.max_retry_delay_ms, 0);
  return options;
}

// How long until `end_ms + delay_ms`, without overflowing; 0 when it has passed.
// REQUIRES: 0 <= end_ms <= now_ms.
std::int64_t MsUntil(std::int64_t end_ms, std::int64_t delay_ms, std::int64_t now_ms) {
  return std::max<std::int64_t>(delay_ms - (now_ms - end_ms), 0);
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
  LeaveLine(slot);
  if (!IsBusy(slot)) {
    slot.actor.Reset(priority);
    slot.sequence = next_back_++;
    SetState(slot, State::kWaiting);
  }
  Promote(slot, priority);
  slot.actor.Add(std::move(images));
  CountImages(before, slot.actor.counts());
  SettleActor(slot);
}

PrefetchStep PrefetchQueue::Next(std::int64_t now_ms) {
  now_ms = Forward(now_ms);
  if (paused_) return {};
  MakeReadyWhatIsDue(now_ms);
  std::optional<std::int64_t> wait_ms;
  for (const PrefetchPriority priority : kPriorities) {
    if (!MayStart(priority)) continue;
    const bool waits_for_pause = priority != PrefetchPriority::kHigh && last_end_ms_.has_value();
    const std::int64_t pause_ms =
        waits_for_pause ? MsUntil(*last_end_ms_, options_.pause_between_actors_ms, now_ms) : 0;
    const Line& line = LineOf(priority);
    if (!line.ready.empty() && pause_ms == 0) return Start(*line.ready.begin()->second, now_ms);

    std::int64_t line_wait_ms = pause_ms;
    if (line.ready.empty()) {
      if (line.delayed.empty()) continue;
      line_wait_ms = std::max(pause_ms, line.delayed.begin()->first.first - now_ms);
    }
    wait_ms = std::min(wait_ms.value_or(line_wait_ms), line_wait_ms);
  }
  PrefetchStep step;
  if (wait_ms) {
    step.kind = PrefetchStep::Kind::kWait;
    step.wait_ms = *wait_ms;
  }
  return step;
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

  const ImageCounts before = slot.actor.counts();
  LeaveLine(slot);
  bytes_ += slot.actor.FinishBatch(batch_id, results, options_, now_ms);
  CountImages(before, slot.actor.counts());
  SettleActor(slot);
}

void PrefetchQueue::Pause() { paused_ = true; }

void PrefetchQueue::Resume() { paused_ = false; }

std::vector<std::uint64_t> PrefetchQueue::Cancel(std::string_view actor_id) {
  const auto position = slots_.find(actor_id);
  if (position == slots_.end()) return {};
  return CancelSlot(*position->second);
}

std::vector<std::uint64_t> PrefetchQueue::CancelAll() {
  std::vector<std::uint64_t> batch_ids;
  for (const auto& [actor_id, slot] : slots_) {
    const std::vector<std::uint64_t> of_actor = CancelSlot(*slot);
    batch_ids.insert(batch_ids.end(), of_actor.begin(), of_actor.end());
  }
  return batch_ids;
}

PrefetchProgress PrefetchQueue::Progress() const {
  const auto in_state = [this](State state) {
    return actors_in_state_[static_cast<std::size_t>(state)];
  };
  PrefetchProgress progress;
  progress.total = slots_.size();
  progress.completed = in_state(State::kCompleted);
  progress.failed = in_state(State::kFailed);
  progress.cancelled = in_state(State::kCancelled);
  progress.images_total = images_.total;
  progress.images_completed = images_.completed;
  progress.images_failed = images_.failed;
  progress.bytes = bytes_;
  if (!running_.empty()) progress.current = running_.back().slot->actor.id();
  progress.paused = paused_;
  return progress;
}

bool PrefetchQueue::IsBusyWith(std::string_view actor_id) const {
  const auto position = slots_.find(actor_id);
  return position != slots_.end() && IsBusy(*position->second);
}

std::vector<std::string> PrefetchQueue::WaitingActors() const {
  std::vector<std::string> waiting;
  const auto add = [&waiting](const std::map<Place, Slot*>& line) {
    for (const auto& [place, slot] : line) {
      if (slot->state == State::kWaiting) waiting.push_back(slot->actor.id());
    }
  };
  std::map<Place, Slot*> delayed;
  for (const Line& line : lines_) {
    add(line.ready);
    delayed.insert(line.delayed.begin(), line.delayed.end());
  }
  add(delayed);
  return waiting;
}

std::int64_t PrefetchQueue::Forward(std::int64_t now_ms) {
  latest_now_ms_ = std::max(latest_now_ms_, now_ms);
  return latest_now_ms_;
}

void PrefetchQueue::Promote(Slot& slot, PrefetchPriority priority) {
  slot.actor.set_priority(std::min(slot.actor.priority(), priority));
  if (priority == PrefetchPriority::kHigh) slot.sequence = next_front_--;
}

void PrefetchQueue::LeaveLine(Slot& slot) {
  if (!slot.in_line) return;
  slot.in_line = false;
  Line& line = LineOf(slot.line);
  if (line.ready.erase({0, slot.sequence}) == 0) line.delayed.erase({slot.due_ms, slot.sequence});
}

void PrefetchQueue::JoinLine(Slot& slot) {
  const std::optional<std::int64_t> due_ms = slot.actor.NextDueMs();
  if (!due_ms) return;
  slot.in_line = true;
  slot.line = slot.actor.priority();
  slot.due_ms = *due_ms;
  Line& line = LineOf(slot.line);
  if (*due_ms == PrefetchActor::kAtOnce) {
    line.ready.emplace(Place(0, slot.sequence), &slot);
  } else {
    line.delayed.emplace(Place(*due_ms, slot.sequence), &slot);
  }
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
}

// REQUIRES: the slot is in no line. Puts the actor where its images say it belongs.
void PrefetchQueue::SettleActor(Slot& slot) {
  if (slot.actor.IsDone()) {
    SetState(slot, slot.actor.counts().failed > 0 ? State::kFailed : State::kCompleted);
    slot.actor.DropImages();
    return;
  }
  SetState(slot, slot.running_batches > 0 ? State::kRunning : State::kWaiting);
  JoinLine(slot);
}

void PrefetchQueue::MakeReadyWhatIsDue(std::int64_t now_ms) {
  for (Line& line : lines_) {
    while (!line.delayed.empty() && line.delayed.begin()->first.first <= now_ms) {
      Slot* slot = line.delayed.begin()->second;
      line.delayed.erase(line.delayed.begin());
      line.ready.emplace(Place(0, slot->sequence), slot);
    }
  }
}

bool PrefetchQueue::MayStart(PrefetchPriority priority) const {
  if (priority != PrefetchPriority::kHigh) return running_.empty();
  return std::none_of(running_.begin(), running_.end(), [](const RunningBatch& batch) {
    return batch.priority == PrefetchPriority::kHigh;
  });
}

PrefetchStep PrefetchQueue::Start(Slot& slot, std::int64_t now_ms) {
  LeaveLine(slot);
  PrefetchStep step;
  step.kind = PrefetchStep::Kind::kStart;
  step.batch.id = ++last_batch_id_;
  step.batch.actor_id = slot.actor.id();
  step.batch.priority = slot.actor.priority();
  step.batch.images = slot.actor.StartBatch(step.batch.id, now_ms);
  ++slot.running_batches;
  running_.push_back({step.batch.id, step.batch.priority, &slot});
  SettleActor(slot);
  return step;
}

std::vector<std::uint64_t> PrefetchQueue::CancelSlot(Slot& slot) {
  if (!IsBusy(slot)) return {};
  LeaveLine(slot);
  std::vector<std::uint64_t> batch_ids;
  for (const RunningBatch& batch : running_) {
    if (batch.slot == &slot) batch_ids.push_back(batch.id);
  }
  running_.erase(std::remove_if(running_.begin(), running_.end(),
                                [&](const RunningBatch& batch) { return batch.slot == &slot; }),
                 running_.end());
  slot.running_batches = 0;
  const ImageCounts before = slot.actor.counts();
  slot.actor.DropImages();
  CountImages(before, slot.actor.counts());
  SetState(slot, State::kCancelled);
  return batch_ids;
}

}  // namespace image_cache
