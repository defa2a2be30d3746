// The smaller pictures that were made of stored ones: rebuildable, so they are in no index and no
// manifest, and nothing is lost when one goes.
//
// Owned by the DiskStore; thread-safe. Their space counts as that of their actor. They have a share
// of --max-size, and within it the one that was not opened for the longest goes first; with a
// picture's file go the smaller ones. Nothing is served of a picture that is not in the index.
// Lock order: the writer's → mutex_ → SharedIndex::mutex → the SpaceKeeper's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "native-server/store/health/store_health.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/smaller/smaller_folder.h"
#include "native-server/store/smaller/smaller_name.h"
#include "native-server/store/space/space_keeper.h"
#include "native-server/store/store.h"

namespace image_cache {

struct SmallerLimits {
  std::uint64_t bytes = 0;       // in blocks of the disk
  std::size_t pictures = 65536;  // in memory each takes some 300 bytes
};

class SmallerPictures {
 public:
  // A share of --max-size that leaves the pictures themselves in peace.
  static constexpr std::uint64_t kShare = 8;

  SmallerPictures(CacheFolder& folder, const SharedIndex& index, SpaceKeeper& space,
                  const StoreHealth& health, const SmallerLimits& limits);

  // Takes over what the last run has left: nothing, when it did not stop cleanly, since nobody can
  // tell a whole file from a damaged one. Before anything else.
  void Load(bool was_closed);

  // Errors: kNotFound, also when the original is not stored any more; kOff, kIo.
  [[nodiscard]] Result<OpenedImage, StoreError> Open(const LocalPath& original, int width);
  // Keeps these bytes, which somebody else has made: they are looked at. `name` without the hash,
  // which is theirs. Errors: kNotAPicture (not of this type, or wider), kNotFound (the original is
  // not stored any more), kTooLarge, kFull, kNotWritable, kIo.
  // kFull also when another would have to go and `room` does not allow it.
  [[nodiscard]] Result<void, StoreError> Keep(SmallerName name, std::span<const char> bytes,
                                              Room room = Room::kByEvicting);
  // The original's file is off the disk.
  void Forget(std::string_view original_local_path);

  // Whether there is one of this width.
  [[nodiscard]] bool Holds(const LocalPath& original, int width) const;
  // Whether one of so many bytes can be kept, and no other has to go.
  [[nodiscard]] bool HasRoomFor(std::uint64_t size_bytes) const;
  // Whether this very file is one that is kept.
  [[nodiscard]] bool Has(const SmallerName& name) const;
  // Removes the file, which may be nobody's, if `is_so` still holds while nothing is kept or
  // removed; it is told whether the file is one that is kept. Whether it did.
  bool RemoveIf(const SmallerName& name, const std::function<bool(bool is_kept)>& is_so);

  [[nodiscard]] SmallerStats Stats() const;

 private:
  struct Kept {
    SmallerName name;
    std::uint64_t size_bytes = 0;
  };
  using Pictures = std::list<Kept>;
  using Key = std::pair<std::string, int>;  // the original's local path, width

  [[nodiscard]] static Key KeyOf(const SmallerName& name) {
    return {name.original.text(), name.width};
  }
  struct Stored {
    std::string key;
    std::uint64_t size_bytes = 0;
  };
  // Nothing when the index has no such picture.
  [[nodiscard]] std::optional<Stored> FindStored(const LocalPath& original) const;
  // REQUIRES for the rest: mutex_ is held.
  [[nodiscard]] std::optional<Pictures::iterator> Find(const SmallerName& name) const;
  void Add(Kept kept);
  // Its file, too.
  void Remove(Pictures::iterator kept);
  void FitInto(std::uint64_t bytes, std::size_t pictures);
  [[nodiscard]] bool Fits(std::uint64_t on_disk) const {
    return on_disk <= limits_.bytes && bytes_ <= limits_.bytes - on_disk &&
           pictures_.size() < limits_.pictures;
  }

  SmallerFolder folder_;
  const SharedIndex& index_;
  SpaceKeeper& space_;
  const StoreHealth& health_;
  const SmallerLimits limits_;

  mutable std::mutex mutex_;
  Pictures pictures_;                         // guarded by mutex_; the one opened last is first
  std::map<Key, Pictures::iterator> by_key_;  // guarded by mutex_
  std::uint64_t bytes_ = 0;                   // guarded by mutex_; in blocks of the disk
  std::uint64_t evicted_ = 0;                 // guarded by mutex_
};

}  // namespace image_cache
