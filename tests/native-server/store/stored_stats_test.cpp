// What a folder holds, asked by somebody who has no part in it.

#include "native-server/store/index/sqlite_handle.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

namespace fs = std::filesystem;

class StoredStatsTest : public StoreTest {
 protected:
  [[nodiscard]] Result<StoreStats, StoreError> Read() const { return ReadStats(options.cache_dir); }

  void PublishThree() {
    Publish(KeyOf("a"), "0002", Jpeg(1000, 1));
    Publish(KeyOf("b"), "0001", Jpeg(2000, 2));
    Publish(KeyOf("c"), "0001", Jpeg(4000, 3));
  }
  void ExpectThree() {
    const auto stats = Read();
    ASSERT_TRUE(stats) << stats.error().detail;
    EXPECT_EQ(stats->totals, (ManifestTotals{.entries = 3, .size_bytes = 7000}));
    ASSERT_EQ(stats->actors.size(), 2U);
    EXPECT_EQ(stats->actors[0].actor_id, "0001");
    EXPECT_EQ(stats->actors[0].totals, (ManifestTotals{.entries = 2, .size_bytes = 6000}));
    EXPECT_EQ(stats->actors[1].totals, (ManifestTotals{.entries = 1, .size_bytes = 1000}));
    EXPECT_GT(stats->revision, 0U);
  }
};

TEST_F(StoredStatsTest, FindNothingInAFolderThatIsMissingAndDoNotMakeIt) {
  const auto stats = Read();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->totals, ManifestTotals{});
  EXPECT_FALSE(fs::exists(cache_dir));
}

TEST_F(StoredStatsTest, FindNothingInAFolderWithoutAnIndexAndLeaveItSo) {
  WriteFile(cache_dir / "notes.txt", "mine");
  const auto stats = Read();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->totals, ManifestTotals{});
  EXPECT_EQ(FilesBeneath(cache_dir), std::vector<std::string>{"notes.txt"});
}

TEST_F(StoredStatsTest, FindNothingInAnIndexThatIsJustBeingMade) {
  WriteFile(cache_dir / "index.sqlite", "");
  const auto stats = Read();
  ASSERT_TRUE(stats) << stats.error().detail;
  EXPECT_EQ(stats->totals, ManifestTotals{});
}

TEST_F(StoredStatsTest, AreReadWhileSomebodyHasTheFolder) {
  Open();
  PublishThree();
  ExpectThree();
  ASSERT_TRUE(ClearActor("0001"));
  EXPECT_EQ(Read()->totals, (ManifestTotals{.entries = 1, .size_bytes = 1000}));
}

TEST_F(StoredStatsTest, AreReadInTheMiddleOfAnothersTransaction) {
  Open();
  PublishThree();
  auto writer = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->Execute("BEGIN IMMEDIATE; DELETE FROM entries"));
  ExpectThree();
  ASSERT_TRUE(writer->Execute("ROLLBACK"));
}

TEST_F(StoredStatsTest, LeaveNothingBehindInAFolderAtRest) {
  cache_dir = folder.path() / "100%?#";  // what SQLite reads as something else in a URI
  options.cache_dir = cache_dir.string();
  Open();
  PublishThree();
  store.reset();
  const auto before = FilesBeneath(cache_dir);
  ExpectThree();
  EXPECT_EQ(FilesBeneath(cache_dir), before);
}

TEST_F(StoredStatsTest, KnowWhatAKilledServerHadCommitted) {
  Open();
  PublishThree();
  // As a kill leaves it: all of it still in the WAL.
  fs::copy(cache_dir, folder.path() / "killed", fs::copy_options::recursive);
  options.cache_dir = (folder.path() / "killed").string();
  ExpectThree();
}

TEST_F(StoredStatsTest, LeaveABrokenIndexForItsOwner) {
  WriteFile(cache_dir / "index.sqlite", "this is no database");
  const auto stats = Read();
  ASSERT_FALSE(stats);
  EXPECT_EQ(stats.error().code, StoreError::kIo);
  EXPECT_EQ(FilesBeneath(cache_dir), std::vector<std::string>{"index.sqlite"});
}

TEST_F(StoredStatsTest, AreReadFromAnIndexOfVersion1) {
  WriteFile(cache_dir / "index.sqlite", "");
  {
    auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->Execute(
        "CREATE TABLE entries (s3_url TEXT PRIMARY KEY NOT NULL, actor_id TEXT NOT NULL,"
        " size_bytes INTEGER NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE state (revision, last_updated_ms, closed);"
        "INSERT INTO state VALUES (42, 0, 1);"
        "INSERT INTO entries VALUES ('a', '0001', 100), ('b', '0001', 200);"
        "PRAGMA user_version = 1"));
  }
  const auto stats = Read();
  ASSERT_TRUE(stats) << stats.error().detail;
  EXPECT_EQ(stats->revision, 42U);
  EXPECT_EQ(stats->totals, (ManifestTotals{.entries = 2, .size_bytes = 300}));
}

TEST_F(StoredStatsTest, RefuseANewerIndex) {
  Open();
  store.reset();
  auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
  ASSERT_TRUE(database && database->Execute("PRAGMA user_version = 99"));
  EXPECT_EQ(Read().error().code, StoreError::kNewerFormat);
}

TEST_F(StoredStatsTest, AreNotReadThroughAFile) {
  WriteFile(cache_dir, "a file");
  EXPECT_EQ(Read().error().code, StoreError::kIo);
}

}  // namespace
}  // namespace image_cache::testing
