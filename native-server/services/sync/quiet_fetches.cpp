#include "native-server/services/sync/quiet_fetches.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace image_cache {

struct QuietFetches::Running {
  mutable std::mutex mutex;  // never held while anything outside is called
  std::condition_variable changed;
  // Guarded by mutex.
  std::map<std::uint64_t, FetchTicket> tickets;  // of each that runs; empty until it is known
  std::uint64_t last_id = 0;
  bool full = false;
  bool stopping = false;

  void End(std::uint64_t id, const Result<FetchedImage, FetchError>& outcome) {
    {
      const std::lock_guard lock(mutex);
      tickets.erase(id);
      if (!outcome && outcome.error().code == FetchError::kNoSpace) full = true;
    }
    changed.notify_all();
  }
};

QuietFetches::QuietFetches(FetchService& fetcher, Room room)
    : fetcher_(fetcher), room_(room), running_(std::make_shared<Running>()) {}

QuietFetches::~QuietFetches() = default;

bool QuietFetches::Add(FetchRequest request, FetchCallback done) {
  std::uint64_t id = 0;
  {
    std::unique_lock lock(running_->mutex);
    running_->changed.wait(lock, [this] {
      return running_->full || running_->stopping || running_->tickets.size() < kMaxAtOnce;
    });
    if (running_->full || running_->stopping) return false;
    id = ++running_->last_id;
    running_->tickets.emplace(id, FetchTicket{});
  }
  request.urgency = Urgency::kLow;
  request.room = room_;
  auto ended = [running = running_, id,
                done = std::move(done)](const Result<FetchedImage, FetchError>& outcome) {
    done(outcome);
    running->End(id, outcome);
  };
  auto key = fetcher_.Admit(request.s3_url);
  if (!key) {
    ended(tl::make_unexpected(key.error()));
    return true;
  }
  const FetchTicket ticket =
      fetcher_.FetchAdmitted(std::move(*key), std::move(request), std::move(ended));
  bool unwanted = false;
  {
    const std::lock_guard lock(running_->mutex);
    const auto found = running_->tickets.find(id);
    if (found == running_->tickets.end()) return true;
    found->second = ticket;
    unwanted = running_->stopping;
  }
  if (unwanted) fetcher_.Leave(ticket);
  return true;
}

void QuietFetches::Finish() {
  std::unique_lock lock(running_->mutex);
  running_->changed.wait(lock, [this] { return running_->tickets.empty(); });
}

void QuietFetches::Stop() {
  std::vector<FetchTicket> tickets;
  {
    const std::lock_guard lock(running_->mutex);
    running_->stopping = true;
    for (const auto& [id, ticket] : running_->tickets) tickets.push_back(ticket);
  }
  running_->changed.notify_all();
  for (const FetchTicket& ticket : tickets) fetcher_.Leave(ticket);
}

bool QuietFetches::IsFull() const {
  const std::lock_guard lock(running_->mutex);
  return running_->full;
}

}  // namespace image_cache
