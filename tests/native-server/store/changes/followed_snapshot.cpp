#include "tests/native-server/store/changes/followed_snapshot.h"

#include <gtest/gtest.h>

#include "shared/snapshot/apply_changes.h"

namespace image_cache::testing {

FollowedSnapshot::FollowedSnapshot(const ManifestSnapshot& snapshot) {
  auto loaded = SnapshotTable::Load(*snapshot.bytes);
  EXPECT_TRUE(loaded) << "the snapshot is damaged";
  if (loaded) table_ = std::move(*loaded);
  EXPECT_EQ(revision(), snapshot.revision);
  keys_ = CacheKeyMaker(table_.info().addressing);
}

bool FollowedSnapshot::CatchUp(const ChangeLog& log) {
  const ChangesSince since = log.Since(revision());
  if (since.is_full) return false;
  for (const auto& group : since.groups) {
    const std::string message = R"({"type":"changes","since":)" + std::to_string(group->since) +
                                R"(,"revision":)" + std::to_string(group->revision) +
                                R"(,"changes":[)" + *group->text + "]}";
    EXPECT_TRUE(ApplyChanges(message, keys_, table_)) << message;
  }
  EXPECT_EQ(revision(), since.revision);
  return true;
}

FollowedManifest::Entries FollowedSnapshot::EntriesOf(const std::vector<std::string>& keys) const {
  FollowedManifest::Entries entries;
  for (const std::string& key : keys) {
    const auto found = table_.Find(key);
    if (!found) continue;
    entries[key] = {.local_path = found->local_path,
                    .actor_id = std::string(found->actor_id),
                    .size_bytes = found->size_bytes};
  }
  EXPECT_EQ(entries.size(), table_.Totals().entries) << "there are entries of other keys";
  return entries;
}

}  // namespace image_cache::testing
