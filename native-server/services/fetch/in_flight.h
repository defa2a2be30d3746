// The objects that are being fetched, by key, with who waits for each.
//
// Owned by the FetchService; thread-safe. Nothing is called from under its lock, so whoever is to
// be told something is handed out.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "native-server/services/fetch/fetch_service.h"

namespace image_cache {

// Who waits for the picture to be stored.
struct Waiter {
  std::uint64_t number;  // as in its FetchTicket
  FetchCallback done;
  bool asks_about_copy;  // whether what is stored is current: without a copy nothing is wanted
};

// Who waits for the first bytes.
struct Opener {
  OpenCallback opened;
  bool joined;  // the download was running already
};

// One download, from the request that starts it until all who wait are told.
struct Flight {
  FetchRequest request;  // of the one that started it
  std::string key;
  Urgency urgency = Urgency::kNormal;       // the most urgent that was asked for
  std::optional<Downloader::Id> download;   // nothing until it is started
  std::optional<FollowedPicture> readable;  // once the first bytes are there
  bool forgotten = false;                   // not to be published
  bool followed = false;                    // opened by somebody: goes on whoever leaves
  bool whole = false;                       // downloaded, and being published
  std::vector<Waiter> waiting;
  std::vector<Opener> opening;
  std::size_t followers = 0;  // who was given the picture before it was stored

  [[nodiscard]] bool is_wanted() const { return followed || !waiting.empty(); }
};

using FlightPtr = std::shared_ptr<Flight>;

class Flights {
 public:
  struct Joined {
    FlightPtr flight;
    bool is_new = false;
    std::optional<Downloader::Id> to_promote;  // to the urgency that was asked for
  };
  // Runs `enlist` on the key's flight, under the lock; the flight is made when there is none.
  [[nodiscard]] Joined Join(std::string key, FetchRequest request,
                            const std::function<void(Flight& flight, bool is_new)>& enlist);
  [[nodiscard]] bool Contains(const std::string& key) const;
  // A number for a Waiter. To be called by `enlist`.
  [[nodiscard]] std::uint64_t NextWaiter() { return ++last_waiter_; }

  struct Course {
    Urgency urgency = Urgency::kNormal;  // what is wanted by now
    bool is_wanted = true;
  };
  [[nodiscard]] Course NoteStarted(Flight& flight, Downloader::Id download);
  [[nodiscard]] std::vector<Opener> NoteReadable(Flight& flight, const FollowedPicture& picture);
  // False when it was forgotten meanwhile.
  [[nodiscard]] bool NoteWhole(Flight& flight);
  // The origin says that the stored copy is current, and it was evicted meanwhile. True when
  // somebody wants the picture nevertheless: then it is to be started anew, without a condition.
  [[nodiscard]] bool DropCondition(Flight& flight);
  [[nodiscard]] bool IsForgotten(const Flight& flight) const;
  [[nodiscard]] bool IsFollowed(const Flight& flight) const;
  [[nodiscard]] Room RoomFor(const Flight& flight) const;

  struct Waiting {
    std::vector<Waiter> waiting;
    std::vector<Opener> opening;
    std::size_t followers = 0;  // who was told already
  };
  // Takes the flight out, with all who wait.
  [[nodiscard]] Waiting Finish(const FlightPtr& flight);

  struct Left {
    FetchCallback done;  // empty when there is nobody to be told
    std::optional<Downloader::Id> to_cancel;
  };
  [[nodiscard]] Left Leave(const FetchTicket& ticket);

  // What matches leaves the map and is not published.
  void ForgetIf(const std::function<bool(const Flight& flight)>& predicate);

  [[nodiscard]] std::vector<Downloader::Id> Downloads() const;
  [[nodiscard]] FetchStats Stats() const;

 private:
  // A forgotten flight has left the map already; another one may be in its place.
  void Erase(const Flight& flight);

  mutable std::mutex mutex_;  // guards everything below, and the flights in it
  std::unordered_map<std::string, FlightPtr> flights_;
  std::uint64_t last_waiter_ = 0;
  std::uint64_t coalesced_ = 0;
};

}  // namespace image_cache
