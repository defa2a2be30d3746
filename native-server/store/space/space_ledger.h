// Who uses how much of the disk, what is promised to downloads, and which actor goes first.
//
// Plain arithmetic without a lock, clock or disk; the SpaceKeeper locks it. Bytes are counted as
// the file system counts them, in whole blocks, and with all that `du` would show (see
// housekeeping.h); a reservation counts in full from the start, so used + reserved never exceeds
// the limit and neither does the folder (design rule 5). Who goes is the EvictionPolicy's to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "native-server/store/space/free_space.h"
#include "native-server/store/space/housekeeping.h"
#include "shared/eviction/eviction_policy.h"
#include "shared/eviction/opening_detector.h"

namespace image_cache {

struct SpaceLimits {
  std::uint64_t max_size_bytes = 0;
  std::uint64_t min_free_bytes = 0;
  std::uint64_t min_free_inodes = 0;
};

// How far a reservation was from being granted, by each of the limits.
struct MissingSpace {
  std::uint64_t over_limit_bytes = 0;
  std::uint64_t under_free_bytes = 0;
  std::uint64_t under_free_inodes = 0;

  [[nodiscard]] bool IsNone() const {
    return over_limit_bytes == 0 && under_free_bytes == 0 && under_free_inodes == 0;
  }
};

using ActorIds = std::unordered_set<std::string>;

class SpaceLedger {
 public:
  SpaceLedger(const SpaceLimits& limits, std::uint64_t seed);

  // What is used and reserved stays, also beyond them. How much is set aside for the index's log
  // and for actors without pictures goes by the first limits: these were opened with them.
  void SetLimits(const SpaceLimits& limits);
  [[nodiscard]] const SpaceLimits& limits() const { return limits_; }

  // What a file of this size takes on the disk.
  [[nodiscard]] static std::uint64_t OnDisk(std::uint64_t size_bytes);

  // Between the two the actor is not evicted, and what its picture needs besides its own bytes is
  // reserved: a folder, a row of the index, a line of manifest.json, two inodes.
  void BeginDownload(const std::string& actor_id);
  void EndDownload(const std::string& actor_id);

  // What is missing for so many bytes more.
  [[nodiscard]] MissingSpace Missing(std::uint64_t bytes, const FreeSpace& free) const;
  // Reserves, or changes nothing and says what is missing.
  [[nodiscard]] MissingSpace TryReserve(std::uint64_t bytes, const FreeSpace& free);
  void Release(std::uint64_t reserved_bytes);
  // A file has taken its place, out of what was reserved for it.
  // REQUIRES: reserved_bytes >= OnDisk(size_bytes).
  void Settle(const std::string& actor_id, std::uint64_t reserved_bytes, std::uint64_t size_bytes);

  // RemoveFile when the file is off the disk: until then its space is used.
  void AddFile(const std::string& actor_id, std::uint64_t size_bytes);
  void RemoveFile(const std::string& actor_id, std::uint64_t size_bytes);
  void NoteHousekeeping(const HousekeepingFiles& files) { housekeeping_.Note(files); }

  // A person looks at this actor now. `now_ms`: any clock that only goes forward. True when that is
  // an opening.
  bool NoteAccess(std::string_view actor_id, std::int64_t now_ms);

  // The actor to evict when so much is missing. Never one of which a picture is being downloaded,
  // the one that was opened last, or one of `spared`. Nothing when even evicting every actor that
  // may be evicted would not be enough: nothing is evicted in vain.
  [[nodiscard]] std::optional<std::string> NextVictim(const MissingSpace& missing,
                                                      const ActorIds& spared);

  // Everything that the folder may take by now, without what is reserved.
  [[nodiscard]] std::uint64_t used_bytes() const;
  [[nodiscard]] std::uint64_t reserved_bytes() const;
  [[nodiscard]] std::uint64_t housekeeping_bytes() const;
  [[nodiscard]] std::uint64_t BytesOf(std::string_view actor_id) const {
    return policy_.BytesOf(actor_id);
  }
  [[nodiscard]] const EvictionPolicy& policy() const { return policy_; }
  // REQUIRES: nothing was added or noted so far.
  void Restore(const EvictionState& state) { policy_.Restore(state); }

 private:
  [[nodiscard]] bool IsPinned(const std::string& actor_id) const;

  SpaceLimits limits_;
  Housekeeping housekeeping_;
  EvictionPolicy policy_;
  OpeningDetector openings_;
  std::uint64_t picture_bytes_ = 0;
  std::uint64_t pictures_ = 0;
  std::uint64_t reserved_bytes_ = 0;
  std::uint64_t running_ = 0;                         // downloads
  std::unordered_map<std::string, int> downloading_;  // by actor, those with any
};

}  // namespace image_cache
