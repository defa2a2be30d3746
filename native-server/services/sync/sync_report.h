// What a sync is to do, and what it has done. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native-server/services/buckets/bucket_folder.h"
#include "native-server/services/fetch/fetch_error.h"

namespace image_cache {

struct SyncOrder {
  BucketFolder folder;
  bool dry_run = false;  // finds out, and changes nothing
  // Removes what is gone even when that is more than half of what is stored; see GuardsRemovals.
  bool removes_many = false;
  bool only_new = false;    // neither changed nor gone pictures are touched
  bool names_items = true;  // fills the report's list
};

enum class SyncAction { kNew, kChanged, kGone, kKept, kFailed, kLeftOut };

struct SyncItem {
  SyncAction action = SyncAction::kNew;
  std::string s3_url;                             // s3://
  std::uint64_t size_bytes = 0;                   // as listed; of what is gone: as stored
  std::optional<Error<FetchError>> failure = {};  // of kFailed
};

// listed = others + no_actor + unchanged + added + changed + failed + left_out. In a dry run
// everything that would be done counts as done.
struct SyncReport {
  static constexpr std::size_t kMaxItems = 10'000;

  std::string folder_url;
  std::string actor_id;  // empty: of the first folder below
  bool dry_run = false;
  std::size_t listed = 0;     // objects
  std::size_t others = 0;     // not named as pictures are
  std::size_t no_actor = 0;   // pictures that are in no actor's folder
  std::size_t unchanged = 0;  // stored in the version that is listed
  std::size_t added = 0, changed = 0, gone = 0;
  std::size_t kept = 0;         // gone, and not removed: see GuardsRemovals
  std::size_t failed = 0;       // could not be fetched, or removed
  std::size_t left_out = 0;     // new or changed, and there was no room
  std::uint64_t bytes = 0;      // of what was fetched; in a dry run of what would be
  std::int64_t started_ms = 0;  // since the Unix epoch
  std::int64_t elapsed_ms = 0;
  std::vector<SyncItem> items;                    // what is not unchanged, in no order
  std::size_t unnamed_items = 0;                  // that the list had no room for
  std::optional<Error<FetchError>> failure = {};  // why the listing did not come to its end

  [[nodiscard]] bool IsComplete() const { return !failure; }
};

// A listing that has lost more than half of what is stored below its prefix is rather a mistake (a
// bucket that was emptied by accident, a mount that is not there, another server's answer) than
// news.
[[nodiscard]] constexpr bool GuardsRemovals(std::size_t gone, std::size_t stored) {
  return 2 * gone > stored;
}

}  // namespace image_cache
