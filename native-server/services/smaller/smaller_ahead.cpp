#include "native-server/services/smaller/smaller_ahead.h"

#include <future>
#include <utility>

#include "native-server/base/idle_priority.h"

namespace image_cache {

SmallerAhead::SmallerAhead(Widths widths, Make make)
    : widths_(std::move(widths)), make_(std::move(make)), thread_([this] { Run(); }) {}

SmallerAhead::~SmallerAhead() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void SmallerAhead::NoteStored(const Entry& entry) {
  if (widths_().empty()) return;
  auto original = LocalPath::Parse(entry.local_path);
  if (!original) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxWaiting) {
      ++left_out_;
      return;
    }
    waiting_.push_back(std::move(*original));
  }
  woken_.notify_one();
}

SmallerAheadStats SmallerAhead::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.waiting = waiting_.size(), .max_waiting = kMaxWaiting, .left_out = left_out_};
}

void SmallerAhead::Run() {
  LowerPriorityOfThisThread();
  std::unique_lock lock(mutex_);
  for (;;) {
    woken_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const LocalPath original = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    MakeAll(original);
    lock.lock();
  }
}

void SmallerAhead::MakeAll(const LocalPath& original) {
  for (const int width : widths_()) {
    std::promise<SmallerOutcome> made;
    make_(original, width, [&made](SmallerOutcome outcome) { made.set_value(outcome); });
    // No room, no workers, a broken picture: it would be so for the others, which are wider.
    if (made.get_future().get() != SmallerOutcome::kReady) return;
  }
}

}  // namespace image_cache
