#include "native-server/services/prefetch/prefetch_run.h"

#include <unordered_map>
#include <utility>

#include "native-server/services/picture_name.h"

namespace image_cache {
namespace {

Urgency UrgencyOf(PrefetchPriority priority) {
  switch (priority) {
    case PrefetchPriority::kHigh:
      return Urgency::kHigh;
    case PrefetchPriority::kNormal:
      return Urgency::kNormal;
    case PrefetchPriority::kLow:
      return Urgency::kLow;
  }
  return Urgency::kNormal;
}

}  // namespace

std::shared_ptr<PrefetchRun> PrefetchRun::Create(FetchService& fetcher, PrefetchOrder order) {
  return std::shared_ptr<PrefetchRun>(new PrefetchRun(fetcher, std::move(order)));
}

PrefetchRun::PrefetchRun(FetchService& fetcher, PrefetchOrder order)
    : fetcher_(fetcher),
      actor_id_(order.actor_id),
      requested_(order.images.size()),
      priority_(order.priority) {
  report_.actor_id = std::move(order.actor_id);
  report_.items.reserve(order.images.size());
  std::unordered_map<std::string, std::size_t> group_of_key;
  for (PrefetchOrder::Image& image : order.images) {
    const std::size_t position = report_.items.size();
    auto key = fetcher.Admit(image.s3_url);
    if (!key) {
      refused_.push_back(position);
      Count(tl::make_unexpected(key.error()), 1);
      report_.items.push_back(
          {.s3_url = std::move(image.s3_url), .outcome = tl::make_unexpected(key.error())});
      continue;
    }
    const auto [found, is_new] = group_of_key.try_emplace(*key, groups_.size());
    if (is_new) {
      groups_.push_back(
          {.key = std::move(*key), .filename = std::move(image.filename), .positions = {}});
    }
    groups_[found->second].positions.push_back(position);
    report_.items.push_back({.s3_url = std::move(image.s3_url),
                             .outcome = Fail(FetchError::kCancelled, "not fetched")});
  }
}

void PrefetchRun::Begin(std::function<void()> ended) {
  ended_ = std::move(ended);
  // One more, for this loop: it must not be overtaken by the last callback.
  unfinished_ = groups_.size() + 1;
  for (Group& group : std::exchange(groups_, {})) Fetch(std::move(group));
  FinishOne();
}

void PrefetchRun::Fetch(Group group) {
  if (IsCancelled()) {
    Settle(group.positions, Fail(FetchError::kCancelled, "the prefetch was cancelled"));
    return;
  }
  std::string url = report_.items[group.positions.front()].s3_url;
  if (group.filename.empty()) group.filename = NameFromUrl(url);
  FetchRequest request{.s3_url = std::move(url),
                       .actor_id = actor_id_,
                       .filename = std::move(group.filename),
                       .urgency = UrgencyOf(priority_)};
  auto settle = [self = shared_from_this(), positions = std::move(group.positions)](
                    const Outcome& outcome) { self->Settle(positions, outcome); };
  Await(fetcher_.FetchAdmitted(std::move(group.key), std::move(request), std::move(settle)));
}

void PrefetchRun::Await(FetchTicket ticket) {
  if (ticket.flight.expired()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!cancelled_) {
      tickets_.push_back(std::move(ticket));
      return;
    }
  }
  fetcher_.Leave(ticket);
}

void PrefetchRun::Cancel() {
  std::vector<FetchTicket> tickets;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    tickets.swap(tickets_);
  }
  for (const FetchTicket& ticket : tickets) fetcher_.Leave(ticket);
}

void PrefetchRun::Settle(const std::vector<std::size_t>& positions, const Outcome& outcome) {
  for (const std::size_t position : positions) report_.items[position].outcome = outcome;
  Count(outcome, positions.size());
  FinishOne();
}

void PrefetchRun::Count(const Outcome& outcome, std::size_t images) {
  auto& counter = !outcome ? failed_ : outcome->already_cached ? already_cached_ : cached_;
  counter.fetch_add(images, std::memory_order_relaxed);
  if (outcome && !outcome->already_cached) bytes_ += outcome->entry.size_bytes;
}

void PrefetchRun::FinishOne() {
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  report_.bytes = bytes_.load(std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    std::vector<FetchTicket>().swap(tickets_);
  }
  // Moved out, so that what it keeps alive goes with it.
  const std::function<void()> ended = std::move(ended_);
  ended();
}

PrefetchCounts PrefetchRun::Counts() const {
  return {.requested = requested_,
          .cached = cached_.load(std::memory_order_relaxed),
          .already_cached = already_cached_.load(std::memory_order_relaxed),
          .failed = failed_.load(std::memory_order_relaxed),
          .bytes = bytes_.load(std::memory_order_relaxed)};
}

std::vector<PrefetchItemReport> PrefetchRun::Refused() const {
  std::vector<PrefetchItemReport> refused;
  for (const std::size_t position : refused_) refused.push_back(report_.items[position]);
  return refused;
}

}  // namespace image_cache
