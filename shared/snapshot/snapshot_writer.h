// Puts the bytes of a snapshot together, record by record.
//
// For one snapshot, used once. How much there will be is said first, so that every byte is written
// once, in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/manifest_totals.h"
#include "shared/snapshot/snapshot_format.h"
#include "shared/snapshot/snapshot_view.h"

namespace image_cache {

class SnapshotWriter {
 public:
  // What will be written, counted beforehand. The ids stay where they are until Finish().
  struct Plan {
    std::vector<SnapshotView::Actor> actors;  // in the order of their ids
    ManifestTotals totals;
    std::size_t extra_bytes = 0;  // ExtraBytes() of each
  };
  [[nodiscard]] static std::size_t ExtraBytes(std::string_view local_path) {
    return SnapshotExtraLayout::kPath + local_path.size();
  }

  SnapshotWriter(const SnapshotInfo& info, const Plan& plan);

  // REQUIRES: hashes ascend; record.actor is a place in the plan's actors; `extra` is given for a
  // record that is one, and only then.
  void Add(const SnapshotRecord& record, const SnapshotView::Extra* extra);

  // Without a checksum they are whole, but Open() refuses them: for bytes that stay in memory.
  // REQUIRES: as many Add() as the plan says.
  [[nodiscard]] std::string Finish(bool with_checksum);

 private:
  void WriteHeader(const SnapshotInfo& info, const Plan& plan, std::string_view endpoint);
  void WriteActors(const Plan& plan, std::string_view endpoint);
  void EnterBucketsUpTo(std::uint64_t bucket);

  std::string bytes_;
  std::uint32_t bucket_bits_;
  std::uint64_t next_bucket_ = 0;
  std::uint32_t added_ = 0;
  char* directory_ = nullptr;
  char* next_record_ = nullptr;
  std::size_t extras_begin_ = 0;
  std::size_t next_extra_ = 0;
};

}  // namespace image_cache
