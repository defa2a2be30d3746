#include "native-server/api/events/event_queue.h"

#include <utility>

#include "native-server/api/events/event_text.h"

namespace image_cache {

EventKinds EventKinds::All() {
  EventKinds all;
  for (const EventKind kind : {EventKind::kChanges, EventKind::kProgress, EventKind::kStats}) {
    all.Add(kind);
  }
  return all;
}

EventQueue::EventQueue(EventKinds kinds, EventQueueLimits limits,
                       std::shared_ptr<EventCounters> counters, OpenCallback on_open)
    : kinds_(kinds),
      limits_(limits),
      counters_(std::move(counters)),
      on_open_(std::move(on_open)) {}

EventQueue::~EventQueue() { Clear(); }

void EventQueue::Push(const Event& event) {
  if (!Wants(event.kind)) return;
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  revision_ = event.revision;
  if (event.kind == EventKind::kHello) {
    greeting_ = event.text;
  } else if (HasRoomFor(event)) {
    texts_.push_back(event.text);
    bytes_ += event.text->size();
    counters_->waiting += 1;
    counters_->waiting_bytes += event.text->size();
  } else {
    LeaveOut(event);
  }
  if (std::exchange(is_asleep_, false)) wake_();
}

bool EventQueue::HasRoomFor(const Event& event) const {
  return event.text != nullptr && !has_gap_ && texts_.size() < limits_.messages &&
         bytes_ + event.text->size() <= limits_.bytes;
}

void EventQueue::LeaveOut(const Event& event) {
  counters_->dropped += texts_.size() + (event.text == nullptr ? 0 : 1);
  Clear();
  if (!std::exchange(has_gap_, true)) counters_->gaps += 1;
}

void EventQueue::Clear() {
  counters_->waiting -= texts_.size();
  counters_->waiting_bytes -= bytes_;
  texts_.clear();
  bytes_ = 0;
}

bool EventQueue::is_closed() const {
  const std::lock_guard lock(mutex_);
  return is_closed_;
}

void EventQueue::Open(std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  std::exchange(on_open_, nullptr)(shared_from_this());
}

std::shared_ptr<const std::string> EventQueue::Next() {
  const std::lock_guard lock(mutex_);
  if (greeting_ != nullptr) {
    counters_->sent += 1;
    return std::exchange(greeting_, nullptr);
  }
  if (std::exchange(has_gap_, false)) {
    counters_->sent += 1;
    return std::make_shared<const std::string>(GapText(revision_));
  }
  if (texts_.empty()) {
    is_asleep_ = true;
    return nullptr;
  }
  auto text = std::move(texts_.front());
  texts_.pop_front();
  bytes_ -= text->size();
  counters_->sent += 1;
  counters_->waiting -= 1;
  counters_->waiting_bytes -= text->size();
  return text;
}

void EventQueue::Close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  is_asleep_ = false;
  wake_ = nullptr;
  greeting_ = nullptr;
  Clear();
}

}  // namespace image_cache
