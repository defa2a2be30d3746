// Space on the disk, reserved before it is written (design rule 5).
//
// Owned by the DiskStore; thread-safe. Its lock is the innermost one and is never held while
// evicting.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/space/space_ledger.h"
#include "native-server/store/store.h"

namespace image_cache {

class SpaceKeeper;

// Space promised to one download of one actor; given back when it is destroyed.
class SpaceReservation {
 public:
  SpaceReservation(SpaceKeeper& keeper, std::string actor_id);
  SpaceReservation(SpaceReservation&& other) noexcept;
  SpaceReservation& operator=(SpaceReservation&&) = delete;
  ~SpaceReservation();

  // Makes room for a file of `size_bytes` in all, evicting when it must. Errors: kTooLarge, kFull,
  // kIo.
  [[nodiscard]] Result<void, StoreError> GrowTo(std::uint64_t size_bytes);
  // The file of this size has its place: what was reserved beyond is given back.
  void Settle(std::uint64_t size_bytes);

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& actor_id() const { return actor_id_; }

 private:
  SpaceKeeper* keeper_;  // null when moved from
  std::string actor_id_;
  std::uint64_t bytes_ = 0;
};

class SpaceKeeper {
 public:
  // Removes all pictures of an actor, from the index and from the disk.
  using Evictor = std::function<Result<void, StoreError>(const std::string& actor_id)>;

  SpaceKeeper(std::uint64_t max_size_bytes, std::uint64_t min_free_bytes, const CacheFolder& folder)
      : max_size_bytes_(max_size_bytes), folder_(folder), ledger_(max_size_bytes, min_free_bytes) {}

  // Unlinks some of what was removed already, on the caller's thread; false when that gave no space
  // back.
  using Collector = std::function<bool()>;

  // Before the first reservation; both take the index writer's lock.
  void set_evictor(Evictor evict, Collector collect) {
    evict_ = std::move(evict);
    collect_ = std::move(collect);
  }

  // Evicts until the limits hold. Errors: kFull when they cannot, kIo.
  [[nodiscard]] Result<void, StoreError> Trim() { return Reserve(0); }

  void AddFile(const std::string& actor_id, std::uint64_t size_bytes);
  void RemoveFile(const std::string& actor_id, std::uint64_t size_bytes);
  void NoteOpened(std::string_view actor_id);

 private:
  friend class SpaceReservation;

  [[nodiscard]] Result<void, StoreError> Reserve(std::uint64_t bytes);

  const std::uint64_t max_size_bytes_;
  const CacheFolder& folder_;
  Evictor evict_;
  Collector collect_;
  std::mutex mutex_;
  SpaceLedger ledger_;  // guarded by mutex_
};

}  // namespace image_cache
