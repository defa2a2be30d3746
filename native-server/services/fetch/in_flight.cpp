#include "native-server/services/fetch/in_flight.h"

#include <algorithm>
#include <utility>

namespace image_cache {

Flights::Joined Flights::Join(std::string key, FetchRequest request,
                              const std::function<void(Flight& flight, bool is_new)>& enlist) {
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = flights_.try_emplace(key);
  Joined joined{.flight = {}, .is_new = is_new, .to_promote = {}};
  if (is_new) {
    found->second = std::make_shared<Flight>();
    found->second->urgency = request.urgency;
    found->second->request = std::move(request);
    found->second->key = std::move(key);
  } else {
    ++coalesced_;
    if (request.room == Room::kByEvicting) found->second->request.room = Room::kByEvicting;
    if (request.urgency < found->second->urgency) {
      found->second->urgency = request.urgency;
      joined.to_promote = found->second->download;
    }
  }
  joined.flight = found->second;
  enlist(*joined.flight, is_new);
  return joined;
}

bool Flights::Contains(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return flights_.contains(key);
}

Flights::Course Flights::NoteStarted(Flight& flight, Downloader::Id download) {
  const std::lock_guard lock(mutex_);
  flight.download = download;
  return {.urgency = flight.urgency, .is_wanted = flight.is_wanted()};
}

std::vector<Opener> Flights::NoteReadable(Flight& flight, const FollowedPicture& picture) {
  const std::lock_guard lock(mutex_);
  flight.readable = picture;
  flight.followers += flight.opening.size();
  return std::exchange(flight.opening, {});
}

bool Flights::NoteWhole(Flight& flight) {
  const std::lock_guard lock(mutex_);
  flight.whole = true;
  return !flight.forgotten;
}

bool Flights::DropCondition(Flight& flight) {
  const std::lock_guard lock(mutex_);
  const bool is_wanted =
      flight.followed || std::any_of(flight.waiting.begin(), flight.waiting.end(),
                                     [](const Waiter& one) { return !one.asks_about_copy; });
  if (flight.forgotten || !is_wanted) return false;
  flight.request.known_etag.clear();
  flight.download.reset();
  return true;
}

bool Flights::IsForgotten(const Flight& flight) const {
  const std::lock_guard lock(mutex_);
  return flight.forgotten;
}

bool Flights::IsFollowed(const Flight& flight) const {
  const std::lock_guard lock(mutex_);
  return flight.followed;
}

Room Flights::RoomFor(const Flight& flight) const {
  const std::lock_guard lock(mutex_);
  return flight.request.room;
}

Flights::Waiting Flights::Finish(const FlightPtr& flight) {
  const std::lock_guard lock(mutex_);
  Erase(*flight);
  return {.waiting = std::exchange(flight->waiting, {}),
          .opening = std::exchange(flight->opening, {}),
          .followers = flight->followers};
}

Flights::Left Flights::Leave(const FetchTicket& ticket) {
  const FlightPtr flight = ticket.flight.lock();
  if (!flight) return {};
  const std::lock_guard lock(mutex_);
  if (flight->whole) return {};
  const auto waiter =
      std::find_if(flight->waiting.begin(), flight->waiting.end(),
                   [&ticket](const Waiter& one) { return one.number == ticket.waiter; });
  if (waiter == flight->waiting.end()) return {};
  Left left{.done = std::move(waiter->done), .to_cancel = {}};
  flight->waiting.erase(waiter);
  if (!flight->is_wanted()) {
    // Out of the map at once: who asks from now on gets a new download, not this one's end.
    flight->forgotten = true;
    Erase(*flight);
    left.to_cancel = flight->download;
  }
  return left;
}

void Flights::ForgetIf(const std::function<bool(const Flight& flight)>& predicate) {
  const std::lock_guard lock(mutex_);
  std::erase_if(flights_, [&predicate](auto& item) {
    if (!predicate(*item.second)) return false;
    item.second->forgotten = true;
    return true;
  });
}

std::vector<Downloader::Id> Flights::Downloads() const {
  const std::lock_guard lock(mutex_);
  std::vector<Downloader::Id> downloads;
  for (const auto& [key, flight] : flights_) {
    if (flight->download) downloads.push_back(*flight->download);
  }
  return downloads;
}

FetchStats Flights::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.coalesced = coalesced_, .in_flight = flights_.size()};
}

void Flights::Erase(const Flight& flight) {
  const auto found = flights_.find(flight.key);
  if (found != flights_.end() && found->second.get() == &flight) flights_.erase(found);
}

}  // namespace image_cache
