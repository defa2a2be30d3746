// A compact snapshot as the page's module keeps it: loaded once, then kept by the changes, with the
// code of shared/ that the module uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native-server/store/changes/change_log.h"
#include "native-server/store/store.h"
#include "shared/keys/cache_key_maker.h"
#include "shared/snapshot/snapshot_table.h"
#include "tests/native-server/store/changes/followed_manifest.h"

namespace image_cache::testing {

class FollowedSnapshot {
 public:
  explicit FollowedSnapshot(const ManifestSnapshot& snapshot);

  // As FollowedManifest's.
  [[nodiscard]] bool CatchUp(const ChangeLog& log);

  [[nodiscard]] std::uint64_t revision() const { return table_.info().revision; }
  // Those of these keys that are there. It has no others when the totals agree.
  [[nodiscard]] FollowedManifest::Entries EntriesOf(const std::vector<std::string>& keys) const;
  [[nodiscard]] const SnapshotTable& table() const { return table_; }

 private:
  SnapshotTable table_;
  CacheKeyMaker keys_;
};

}  // namespace image_cache::testing
