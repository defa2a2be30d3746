// The compact snapshot says what the manifest says, and is made no oftener than it must be.

#include "native-server/store/changes/snapshot_keeper.h"

#include "native-server/store/index/sqlite_handle.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/changes/followed_snapshot.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

// Read from memory, or from the disk as a large one is.
class SnapshotKeeperTest : public StoreTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  void SetUp() override {
    options.max_manifest_entries_in_memory = GetParam();
    Open();
    for (const char* name : {"1/a", "1/b", "2/a"}) {
      Publish(KeyOf(name), std::string("000") + name[0], Jpeg(1000 + keys.size(), 1));
      keys.push_back(KeyOf(name));
    }
  }

  void ExpectToSayTheSame(const ManifestSnapshot& snapshot) {
    const FollowedManifest manifest(*store->ManifestJson());
    EXPECT_EQ(snapshot.revision, manifest.revision());
    EXPECT_EQ(FollowedSnapshot(snapshot).EntriesOf(keys), manifest.entries());
  }

  std::vector<std::string> keys;
};

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, SnapshotKeeperTest, ::testing::Values(1000, 0),
                         [](const auto& test) { return test.param == 0 ? "Disk" : "Memory"; });

TEST_P(SnapshotKeeperTest, SaysWhatTheManifestSays) {
  const auto snapshot = store->Snapshot();
  ExpectToSayTheSame(*snapshot);
  EXPECT_EQ(snapshot->etag, store->SnapshotEtag());
  const FollowedSnapshot followed(*snapshot);
  EXPECT_EQ(followed.table().info().last_updated_ms, clock.NowMs());
}

TEST_P(SnapshotKeeperTest, IsMadeOnceForAllWhoAskForARevision) {
  const auto first = store->Snapshot();
  EXPECT_EQ(store->Snapshot(), first);
  EXPECT_EQ(store->Stats().snapshots.writes, 1U);
  EXPECT_EQ(store->Stats().snapshots.bytes, first->bytes->size());
}

TEST_P(SnapshotKeeperTest, CatchesUpByWhatHasChanged) {
  const auto before = store->Snapshot();
  keys.push_back(KeyOf("3/a"));
  Publish(KeyOf("3/a"), "0003", Jpeg(5000, 7));
  Publish(KeyOf("1/a"), "0003", Jpeg(6000, 8));
  ASSERT_TRUE(Remove(KeyOf("1/b")));
  ASSERT_TRUE(ClearActor("0002"));
  const auto after = store->Snapshot();
  ExpectToSayTheSame(*after);
  EXPECT_NE(after->etag, before->etag);
  ASSERT_TRUE(ClearAll());
  ExpectToSayTheSame(*store->Snapshot());
  EXPECT_EQ(store->Stats().snapshots.builds, 1U) << "the index was read again";
}

TEST_P(SnapshotKeeperTest, IsMadeAnewWhenTheChangesAreNotTold) {
  (void)store->Snapshot();
  auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
  ASSERT_TRUE(database->Execute(
      "CREATE TRIGGER sick BEFORE DELETE ON entries BEGIN SELECT RAISE(FAIL, 'sick'); END"));
  ASSERT_FALSE(ClearAll());
  const FollowedSnapshot snapshot(*store->Snapshot());
  EXPECT_EQ(snapshot.EntriesOf(keys), FollowedManifest(*store->ManifestJson()).entries());
  EXPECT_EQ(store->Stats().snapshots.builds, 2U);
}

TEST_P(SnapshotKeeperTest, HasTheSameBytesAgainAfterACleanStop) {
  const ManifestSnapshot before = *store->Snapshot();
  Reopen();
  const auto after = store->Snapshot();
  EXPECT_EQ(after->etag, before.etag);
  EXPECT_EQ(*after->bytes, *before.bytes);
}

TEST_P(SnapshotKeeperTest, HasAnotherTagAfterAStopThatWasNotClean) {
  const std::string before = store->Snapshot()->etag;
  store.reset();
  {
    auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
    ASSERT_TRUE(database->Execute("UPDATE state SET closed = 0"));
  }
  Open();
  EXPECT_NE(store->Snapshot()->etag, before);
}

TEST_P(SnapshotKeeperTest, IsEmptyAfterTheFolderWasRemoved) {
  (void)store->Snapshot();
  std::error_code error;
  ASSERT_TRUE(Eventually([&] { return std::filesystem::remove_all(cache_dir, error), !error; }));
  EXPECT_EQ(FollowedSnapshot(*store->Snapshot()).table().Totals(), ManifestTotals{});
}

}  // namespace
}  // namespace image_cache::testing
