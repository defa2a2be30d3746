// A compact snapshot, read where its bytes lie.
//
// Copies nothing and owns nothing: the bytes outlive the view and do not change. Immutable, so any
// number of threads may read. Opening looks at the header and the checksum; every other number is
// checked when it is used, so bytes whose checksum is right and whose content is not make a
// lookup find nothing and never read outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "shared/manifest/manifest_totals.h"
#include "shared/result.h"
#include "shared/snapshot/snapshot_format.h"

namespace image_cache {

enum class SnapshotError {
  kDamaged,       // cut short, changed on the way, or no snapshot
  kNewerVersion,  // of a format that is not known yet
};

class SnapshotView {
 public:
  struct Actor {
    std::string_view id;
    ManifestTotals totals;
  };
  struct Extra {
    std::uint64_t size_bytes = 0;
    std::string_view local_path;
  };

  SnapshotView() = default;  // empty
  [[nodiscard]] static Result<SnapshotView, SnapshotError> Open(std::string_view bytes);
  // REQUIRES: a SnapshotWriter has made them in this process. They need no checksum.
  [[nodiscard]] static SnapshotView OpenWritten(std::string_view bytes);

  [[nodiscard]] SnapshotInfo Info() const;
  [[nodiscard]] ManifestTotals Totals() const;

  [[nodiscard]] std::uint32_t entries() const { return entries_; }
  [[nodiscard]] std::uint32_t actors() const { return actors_; }
  [[nodiscard]] std::uint32_t bucket_bits() const { return bucket_bits_; }

  [[nodiscard]] std::optional<SnapshotRecord> Find(std::uint64_t hash) const;

  // The records of a bucket are [first, second); nothing when the directory is not sound there.
  // REQUIRES: bucket < 1 << bucket_bits().
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> Bucket(std::uint32_t bucket) const;
  // REQUIRES: index < entries(); the record is of `bucket`.
  [[nodiscard]] SnapshotRecord Record(std::uint32_t index, std::uint32_t bucket) const;

  // No id when `index` or its place is out of range.
  [[nodiscard]] Actor ActorAt(std::uint32_t index) const;
  [[nodiscard]] std::optional<std::uint32_t> FindActor(std::string_view id) const;

  // REQUIRES: record.is_extra(). No path when its place is out of range.
  [[nodiscard]] Extra ExtraOf(const SnapshotRecord& record) const;

 private:
  // Finds the sections. False: they are not as long as the header says.
  [[nodiscard]] bool Divide();
  [[nodiscard]] std::string_view ActorId(std::uint32_t index) const;
  template <typename Number>
  [[nodiscard]] Number At(std::size_t place) const {
    return LoadNumber<Number>(bytes_.data() + place);
  }

  std::string_view bytes_;
  std::uint32_t entries_ = 0;
  std::uint32_t actors_ = 0;
  std::uint32_t bucket_bits_ = kMinBucketBits;
  const char* directory_ = nullptr;  // null: empty
  const char* records_ = nullptr;
  const char* actor_table_ = nullptr;
  std::string_view endpoint_;
  std::string_view names_;
  std::string_view extras_;
};

}  // namespace image_cache
