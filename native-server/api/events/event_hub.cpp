#include "native-server/api/events/event_hub.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/events/event_text.h"
#include "native-server/api/stats_json.h"

namespace image_cache {
namespace {

// Changes of several commits are told together up to this. It is well below what a queue holds, so
// that it takes more than one commit to make a gap.
constexpr std::size_t kMaxJoinedBytes = 64 * 1024;

}  // namespace

EventHub::EventHub(ChangeLog& changes, RunningPrefetches& prefetches,
                   std::function<Overview()> read_numbers, EventQueueLimits limits, EventPace pace)
    : changes_(changes),
      prefetches_(prefetches),
      read_numbers_(std::move(read_numbers)),
      limits_(limits),
      pace_(pace),
      watch_(changes.StartWatch([this](const auto&) {
        if (is_listened_to_.load(std::memory_order_relaxed)) Wake();
      })),
      thread_([this] { Run(); }) {}

EventHub::~EventHub() {
  watch_.reset();
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
  prefetches_.Watch(nullptr);
}

std::shared_ptr<MessageSource> EventHub::Listen(EventKinds kinds) {
  return std::make_shared<EventQueue>(
      kinds, limits_, counters_,
      [this](std::shared_ptr<EventQueue> queue) { Join(std::move(queue)); });
}

EventStats EventHub::Stats() const {
  return {.listeners = listener_count_.load(),
          .limits = limits_,
          .sent = counters_->sent.load(),
          .dropped = counters_->dropped.load(),
          .gaps = counters_->gaps.load(),
          .waiting = counters_->waiting.load(),
          .waiting_bytes = counters_->waiting_bytes.load(),
          .prefetches = prefetches_.Stats()};
}

void EventHub::Join(std::shared_ptr<EventQueue> queue) {
  {
    const std::lock_guard lock(mutex_);
    joined_.push_back(std::move(queue));
    is_listened_to_ = true;
  }
  woken_.notify_one();
}

void EventHub::Wake() {
  {
    const std::lock_guard lock(mutex_);
    has_news_ = true;
  }
  woken_.notify_one();
}

void EventHub::Run() {
  while (auto joined = Await(NextTurn())) {
    try {
      TakeTurn(std::move(*joined));
    } catch (const std::exception& error) {
      spdlog::error("events could not be told: {}", error.what());
    }
  }
}

std::optional<EventHub::Listeners> EventHub::Await(TimePoint then) {
  std::unique_lock lock(mutex_);
  const auto is_due = [this] { return is_stopping_ || has_news_ || !joined_.empty(); };
  if (then == TimePoint::max()) {
    woken_.wait(lock, is_due);
  } else {
    woken_.wait_until(lock, then, is_due);
  }
  if (is_stopping_) return std::nullopt;
  has_news_ = false;
  return std::exchange(joined_, {});
}

EventHub::TimePoint EventHub::NextTurn() const {
  TimePoint next = TimePoint::max();
  if (IsWanted(EventKind::kStats)) next = stats_looked_at_ + pace_.stats;
  if (are_prefetches_watched_ && !prefetches_.IsEmpty()) {
    next = std::min(next, progress_looked_at_ + pace_.progress);
  }
  return next;
}

void EventHub::TakeTurn(Listeners joined) {
  TellChanges();
  Greet(std::move(joined));
  ForgetClosed();
  if (const bool is_wanted = IsWanted(EventKind::kProgress);
      std::exchange(are_prefetches_watched_, is_wanted) != is_wanted) {
    prefetches_.Watch(is_wanted ? [this] { Wake(); } : std::function<void()>());
  }
  const TimePoint now = std::chrono::steady_clock::now();
  if (are_prefetches_watched_ && now >= progress_looked_at_ + pace_.progress) {
    progress_looked_at_ = now;
    TellProgress();
  }
  if (IsWanted(EventKind::kStats) && now >= stats_looked_at_ + pace_.stats) {
    stats_looked_at_ = now;
    TellStats();
  }
}

void EventHub::ForgetClosed() {
  std::erase_if(listeners_, [](const auto& queue) { return queue->is_closed(); });
  listener_count_ = listeners_.size();
  const std::lock_guard lock(mutex_);
  is_listened_to_ = !listeners_.empty() || !joined_.empty();
}

// All listeners are at one revision, so a change is one text for all.
void EventHub::Greet(Listeners joined) {
  if (joined.empty()) return;
  if (listeners_.empty()) revision_ = changes_.revision();
  const auto hello = std::make_shared<const std::string>(HelloText(changes_.epoch(), revision_));
  listeners_.insert(listeners_.end(), joined.begin(), joined.end());
  listener_count_ = listeners_.size();
  for (const auto& queue : joined) {
    queue->Push({.kind = EventKind::kHello, .text = hello, .revision = revision_});
  }
  prefetches_told_.clear();
  stats_told_.clear();
}

void EventHub::TellChanges() {
  if (listeners_.empty()) return;
  const ChangesSince news = changes_.Since(revision_);
  if (news.is_full) {
    revision_ = news.revision;
    for (const auto& queue : listeners_) {
      queue->Push({.kind = EventKind::kChanges, .text = nullptr, .revision = revision_});
    }
    return;
  }
  std::string text;
  for (std::size_t i = 0; i < news.groups.size(); ++i) {
    const ChangeGroup& group = *news.groups[i];
    if (!text.empty()) text += ',';
    text += *group.text;
    const bool is_last = i + 1 == news.groups.size();
    if (!is_last && text.size() + news.groups[i + 1]->text->size() < kMaxJoinedBytes) continue;
    const std::uint64_t since = std::exchange(revision_, group.revision);
    Tell(EventKind::kChanges, ChangesText(since, revision_, text));
    text.clear();
  }
}

void EventHub::TellProgress() {
  const std::vector<RunningPrefetch> prefetches = prefetches_.Read();
  if (prefetches.empty()) {
    prefetches_told_.clear();
    return;
  }
  std::string text = PrefetchesText(prefetches);
  if (text == prefetches_told_) return;
  Tell(EventKind::kProgress, ProgressText(revision_, text));
  prefetches_told_ = std::move(text);
}

void EventHub::TellStats() {
  const Overview overview = read_numbers_();
  const nlohmann::ordered_json numbers = NumbersToJson(overview);
  std::string text = numbers.dump();
  if (text == stats_told_) return;
  Tell(EventKind::kStats, StatsText(revision_, overview.uptime_ms, numbers));
  stats_told_ = std::move(text);
}

void EventHub::Tell(EventKind kind, std::string text) {
  const Event event{.kind = kind,
                    .text = std::make_shared<const std::string>(std::move(text)),
                    .revision = revision_};
  for (const auto& queue : listeners_) queue->Push(event);
}

bool EventHub::IsWanted(EventKind kind) const {
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [kind](const auto& queue) { return queue->Wants(kind); });
}

}  // namespace image_cache
