// What the store tells of itself. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native-server/store/changes/change_stats.h"
#include "native-server/store/health/health_report.h"
#include "native-server/store/index/compressed_form.h"
#include "native-server/store/space/space_stats.h"
#include "shared/manifest/manifest_totals.h"

namespace image_cache {

// See Scrubber.
struct ScrubStats {
  std::uint64_t bytes_per_second = 0;  // 0: off
  std::uint64_t rounds = 0;            // that were finished
  std::uint64_t entries = 0, bytes = 0;
  std::uint64_t findings = 0, repaired = 0;
  std::int64_t last_round_ended_ms = 0;  // since the epoch; 0 before the first
};

// What is known to be on the platter, and what of the last run is still to be proved.
struct ProofStats {
  std::uint64_t checkpoints = 0;
  std::uint64_t failed_checkpoints = 0;
  std::uint64_t checkpoint_revision = 0;
  std::size_t unproven_entries = 0;
  std::uint64_t dropped_entries = 0;  // unproven ones that were wrong
};

struct StoreStats {
  ManifestTotals totals;
  CompressedTotals compressed;  // of these, what lies so on the disk
  std::uint64_t max_size_bytes = 0;
  SpaceStats space;
  std::uint64_t evicted_entries = 0;
  std::uint64_t evicted_bytes = 0;
  std::size_t queued_changes = 0;  // that wait for the store's writer
  std::uint64_t debris_files = 0;  // removed, but not off the disk yet
  std::uint64_t debris_bytes = 0;
  std::uint64_t manifest_text_bytes = 0;      // of the last text that was made
  std::uint64_t manifest_writing_cpu_us = 0;  // of the last rewriting of manifest.json
  std::uint64_t revision = 0;
  ChangeLogStats changes;
  SnapshotStats snapshots;
  ProofStats proof;
  ScrubStats scrub;
  SmallerStats smaller;
  StoreHealthReport health;
  struct Actor {
    std::string actor_id;
    ManifestTotals totals;
    // How much it is wanted, as a share of the most wanted's; nothing when nobody opened it.
    std::optional<float> heat = {};
    std::uint32_t openings_ago = 0;  // of any actor since its own last one; meaningful with heat
  };
  std::vector<Actor> actors;  // sorted by id
};

}  // namespace image_cache
