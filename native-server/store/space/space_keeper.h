// Space on the disk, reserved before it is written (design rule 5).
//
// Owned by the DiskStore; thread-safe. Its lock is the innermost one and is never held while
// evicting. When a reservation finds no room, room is made on the caller's thread: first what was
// removed already and waits to be unlinked, then whole actors. So that this is rare, SpaceUpkeep
// keeps some headroom ahead of need.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/base/clock.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/space/actor_readers.h"
#include "native-server/store/space/last_uses.h"
#include "native-server/store/space/space_ledger.h"
#include "native-server/store/store.h"

namespace image_cache {

class SpaceKeeper;

// Space promised to one download of one actor; given back when it is destroyed.
class SpaceReservation {
 public:
  SpaceReservation(SpaceKeeper& keeper, std::string actor_id, Room room = Room::kByEvicting);
  SpaceReservation(SpaceReservation&& other) noexcept;
  SpaceReservation& operator=(SpaceReservation&&) = delete;
  ~SpaceReservation();

  // Makes room for a file of `size_bytes` in all, evicting when it must and may. Errors: kTooLarge,
  // kFull, kIo.
  [[nodiscard]] Result<void, StoreError> GrowTo(std::uint64_t size_bytes);
  // The same without evicting anybody: kFull when there is no room as it is.
  [[nodiscard]] Result<void, StoreError> TakeSpare(std::uint64_t size_bytes);
  // The file of this size has its place: what was reserved beyond is given back.
  void Settle(std::uint64_t size_bytes);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& actor_id() const { return actor_id_; }

 private:
  SpaceKeeper* keeper_;  // null when moved from
  std::string actor_id_;
  Room room_;
  std::uint64_t bytes_ = 0;
};

class SpaceKeeper {
 public:
  // Removes all pictures of an actor, from the index and from the disk.
  using Evictor = std::function<Result<void, StoreError>(const std::string& actor_id)>;
  // Unlinks some of what was removed already, on the caller's thread; false when that gave no space
  // back.
  using Collector = std::function<bool()>;

  // How long a file that was removed may be kept open, and its space with it.
  static constexpr std::chrono::milliseconds kLongestKeptOpen{600};

  SpaceKeeper(const SpaceLimits& limits, const CacheFolder& folder, const Clock& clock);

  // Before the first reservation; both take the index writer's lock.
  void set_evictor(Evictor evict, Collector collect) {
    evict_ = std::move(evict);
    collect_ = std::move(collect);
  }
  // Called, under the lock, when less than the headroom is left. Null: nobody is.
  void set_when_tight(std::function<void()> when_tight);

  // See SpaceLedger::SetLimits.
  void SetLimits(const SpaceLimits& limits);
  [[nodiscard]] std::uint64_t max_size_bytes() const;

  // Evicts until the limits hold. Errors: kFull when they cannot, kIo.
  [[nodiscard]] Result<void, StoreError> Trim();
  // Evicts one actor, or unlinks a batch, when less than the headroom is left. False when there is
  // nothing to do, or nothing that could be done.
  [[nodiscard]] bool MakeHeadroom();

  void AddFile(const std::string& actor_id, std::uint64_t size_bytes);
  void RemoveFile(const std::string& actor_id, std::uint64_t size_bytes);
  // Looks at the files that are no pictures.
  void MeasureHousekeeping();
  // True when somebody has just opened the actor, and not only goes on looking.
  bool NoteOpened(std::string_view actor_id);
  // See Store::WatchReaders.
  void WatchReaders(std::string_view actor_id, std::weak_ptr<const void> picture);

  // What the eviction policy knows, to be kept over restarts; nothing when it has not changed since
  // the last call.
  [[nodiscard]] std::optional<std::string> TakeChangedState();
  // REQUIRES: nothing was added or noted so far. What cannot be read is as if it were not there.
  void Restore(std::string_view state);

  // From now on it is known when each actor was opened last; `state` is what TakeChangedUses gave
  // in an earlier run, or empty.
  void KeepLastUses(std::string_view state, std::int64_t now_ms);
  // Nothing when they are not kept or have not changed since the last call.
  [[nodiscard]] std::optional<std::string> TakeChangedUses();
  // Whether nobody has opened the actor since then. REQUIRES: last uses are kept.
  [[nodiscard]] bool IsUnusedSince(std::string_view actor_id, std::int64_t since_ms) const;

  [[nodiscard]] SpaceStats Stats() const;
  // Adds to each actor how much it is wanted.
  void TellHeat(std::vector<StoreStats::Actor>& actors) const;

 private:
  friend class SpaceReservation;

  // Bytes of files that were removed and are kept open yet, by when that has an end.
  struct KeptOpen {
    std::chrono::steady_clock::time_point until;
    std::uint64_t bytes;
  };
  enum class Need { kNow, kAhead };

  [[nodiscard]] Result<void, StoreError> Reserve(std::uint64_t bytes, Room room);
  // True when `victim` has less than before.
  [[nodiscard]] Result<bool, StoreError> Evict(const std::string& victim, Need need);
  // REQUIRES for the rest: mutex_ is held.
  [[nodiscard]] std::uint64_t HeadroomBytes() const;
  [[nodiscard]] bool IsAboutToComeFree(const MissingSpace& missing);
  [[nodiscard]] std::optional<std::string> NextVictim(const MissingSpace& missing,
                                                      const ActorIds& tried);

  const std::uint64_t smallest_bytes_;  // what a folder with one empty picture takes
  const std::size_t remembered_max_actors_;
  const CacheFolder& folder_;
  const Clock& clock_;
  Evictor evict_;
  Collector collect_ = [] { return false; };
  std::atomic<std::uint64_t> evictions_now_{0}, evictions_ahead_{0};

  mutable std::mutex mutex_;
  SpaceLedger ledger_;                 // guarded by mutex_
  ActorReaders readers_;               // guarded by mutex_
  std::deque<KeptOpen> kept_open_;     // guarded by mutex_
  std::function<void()> when_tight_;   // guarded by mutex_
  std::uint32_t openings_saved_ = 0;   // guarded by mutex_
  std::optional<LastUses> last_uses_;  // guarded by mutex_
};

}  // namespace image_cache
