// What has changed since a snapshot's bytes were written: puts and removals by hash.
//
// Owned by a SnapshotTable; one thread at a time. Open addressing, since the hashes are good ones;
// a removal is kept like a put, so that it hides what is in the bytes, until the table is written
// anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/snapshot/snapshot_format.h"

namespace image_cache {

class SnapshotOverlay {
 public:
  struct Change {
    SnapshotRecord record;         // of an extra, content_id is its number here
    std::uint32_t generation = 0;  // of the actor when it was put
    enum class Kind : std::uint8_t { kNone, kPut, kRemoved } kind = Kind::kNone;
  };
  struct Extra {
    std::uint64_t size_bytes = 0;
    std::string local_path;
  };

  void Put(const SnapshotRecord& record, std::uint32_t generation);
  void Remove(std::uint64_t hash);
  // Gives the number by which a record names it.
  std::uint64_t AddExtra(std::uint64_t size_bytes, std::string_view local_path);

  // Null when nothing is known of it here. Valid until the next change.
  [[nodiscard]] const Change* Find(std::uint64_t hash) const;
  [[nodiscard]] const Extra& extra(std::uint64_t number) const {
    return extras_[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] std::vector<const Change*> InOrder() const;  // of the hashes
  // Of what it holds, also of what was put in the place of another.
  [[nodiscard]] std::size_t size() const { return used_ + extras_.size(); }

 private:
  [[nodiscard]] std::size_t PlaceOf(std::uint64_t hash) const;
  Change& Slot(std::uint64_t hash);
  void Grow();

  std::vector<Change> slots_;  // none, or a power of two of them
  std::size_t used_ = 0;
  std::vector<Extra> extras_;
};

}  // namespace image_cache
