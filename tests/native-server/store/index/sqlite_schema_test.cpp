// Opening an index that an older or a newer version of this program has written.

#include "native-server/store/index/sqlite_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "native-server/store/index/sqlite_manifest_store.h"
#include "tests/native-server/store/test_folder.h"

namespace image_cache::testing {
namespace {

constexpr int kEntries = 200;

// As version 1 made it.
constexpr const char* kVersion1 = R"sql(
  CREATE TABLE entries (
    s3_url       TEXT PRIMARY KEY NOT NULL,
    local_path   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    filename     TEXT NOT NULL,
    etag         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    cached_at_ms INTEGER NOT NULL,
    size_bytes   INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE state (
    revision        INTEGER NOT NULL,
    last_updated_ms INTEGER NOT NULL,
    closed          INTEGER NOT NULL
  );
  INSERT INTO state VALUES (321, 1729176000999, 1);
  PRAGMA user_version = 1;
  WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < 200)
    INSERT INTO entries SELECT 'https://s3.amazonaws.com/b/' || n, 'images/' || n, '0001',
      'name ' || n, '"etag"', CASE n WHEN 7 THEN '' ELSE printf('%064x', n) END, 1000 + n, n
      FROM number;
)sql";

class SqliteSchemaTest : public ::testing::Test {
 protected:
  SqliteSchemaTest() : path((folder.path() / "index.sqlite").string()) { WriteFile(path, ""); }

  void Execute(const char* sql) {
    auto database = SqliteDatabase::Open(path);
    ASSERT_TRUE(database);
    const auto executed = database->Execute(sql);
    ASSERT_TRUE(executed) << executed.error().detail;
  }

  // All that version 1 knew is there.
  void ExpectMigrated() {
    auto store = SqliteManifestStore::Open(path);
    ASSERT_TRUE(store) << store.error().detail;
    std::map<std::string, Entry> entries;
    const auto loaded = (*store)->Load([&](const Entry& entry, std::uint64_t revision) {
      EXPECT_EQ(revision, 321U);
      entries.emplace(entry.s3_url, entry);
    });
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->revision, 321U);
    EXPECT_EQ(loaded->last_updated_ms, 1729176000999);
    EXPECT_EQ(loaded->checkpoint_revision, 0U) << "nothing is known to be on the platter";
    EXPECT_THAT(loaded->epoch, ::testing::MatchesRegex("[0-9a-f]{16}"));
    EXPECT_FALSE(loaded->is_new);
    EXPECT_TRUE(loaded->was_closed);
    ASSERT_EQ(entries.size(), kEntries);
    EXPECT_EQ(entries["https://s3.amazonaws.com/b/7"].sha256, "");
    const Entry expected{.s3_url = "https://s3.amazonaws.com/b/171",
                         .local_path = "images/171",
                         .actor_id = "0001",
                         .filename = "name 171",
                         .etag = "\"etag\"",
                         .sha256 = std::string(62, '0') + "ab",
                         .cached_at_ms = 1171,
                         .size_bytes = 171};
    EXPECT_EQ(entries[expected.s3_url], expected);
  }

  TestFolder folder;
  const std::string path;
};

TEST_F(SqliteSchemaTest, MigratesVersion1WithAllItsEntries) {
  Execute(kVersion1);
  ExpectMigrated();
  auto database = SqliteDatabase::Open(path);
  ASSERT_TRUE(database);
  EXPECT_EQ(database->QueryInteger("PRAGMA user_version").value(), kIndexVersion);
  EXPECT_EQ(database->QueryInteger("SELECT count(*) FROM sqlite_schema").value(), 4)
      << "nothing of version 1 stays behind";
}

// Version 2 has the same rows, without the columns of what lies compressed.
TEST_F(SqliteSchemaTest, AddsFormsToVersion2AndKeepsThem) {
  { ASSERT_TRUE(SqliteManifestStore::Open(path)); }
  Execute(
      "DROP INDEX compressed_entries; ALTER TABLE entries DROP COLUMN jxl_bytes;"
      "ALTER TABLE entries DROP COLUMN jxl_sha256; PRAGMA user_version = 2;"
      "INSERT INTO entries VALUES ('a', 'images/a', '0001', '', '', '', 1, 100, 1),"
      " ('b', 'images/b', '0001', '', '', '', 1, 200, 1)");
  const CompressedForm form{.size_bytes = 80, .original_bytes = 100, .sha256 = Sha256Of("jxl")};
  {
    auto store = SqliteManifestStore::Open(path);
    ASSERT_TRUE(store) << store.error().detail;
    IndexChange change;
    change.forms.push_back({.key = "a", .form = form});
    ASSERT_TRUE((*store)->Apply(change));
  }
  auto store = SqliteManifestStore::Open(path);
  ASSERT_TRUE(store);
  std::map<std::string, CompressedForm> forms;
  const auto keep = [&](const std::string& local_path, const CompressedForm& kept) {
    forms.emplace(local_path, kept);
  };
  ASSERT_TRUE((*store)->LoadForms(keep));
  EXPECT_EQ(forms, (std::map<std::string, CompressedForm>{{"images/a", form}}));
  forms.clear();
  IndexChange change;
  change.forms.push_back({.key = "a", .form = std::nullopt});
  ASSERT_TRUE((*store)->Apply(change));
  ASSERT_TRUE((*store)->LoadForms(keep));
  EXPECT_TRUE(forms.empty());
}

// The process dies while it migrates: whatever part of the transaction has reached the disk, there
// are either the old tables or the new ones.
TEST_F(SqliteSchemaTest, SurvivesDyingInTheMiddleOfTheMigration) {
  Execute(kVersion1);
  const std::string before = ReadFile(path);
  std::string log;
  {
    auto store = SqliteManifestStore::Open(path);
    ASSERT_TRUE(store);
    ASSERT_EQ(ReadFile(path).substr(100), before.substr(100)) << "it is all in the log still";
    log = ReadFile(path + "-wal");
  }
  constexpr std::size_t kStates = 12;
  for (std::size_t i = 0; i <= kStates; ++i) {
    SCOPED_TRACE(i);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix);
    WriteFile(path, before);
    WriteFile(path + "-wal", log.substr(0, log.size() * i / kStates));
    {
      auto database = SqliteDatabase::Open(path);
      ASSERT_TRUE(database);
      const auto version = database->QueryInteger("PRAGMA user_version");
      EXPECT_EQ(version.value(), i < kStates ? 1 : kIndexVersion);
    }
    ExpectMigrated();
  }
}

TEST_F(SqliteSchemaTest, LeavesVersion1AloneWhenTheMigrationFails) {
  Execute(kVersion1);
  Execute("CREATE TABLE notes (of_another_program)");  // in the migration's way
  EXPECT_FALSE(SqliteManifestStore::Open(path));
  Execute("DROP TABLE notes");
  ExpectMigrated();
}

TEST_F(SqliteSchemaTest, RefusesANewerVersionAndTouchesNothing) {
  Execute("CREATE TABLE entries (of_the_future); PRAGMA user_version = 4");
  const std::string before = ReadFile(path);
  const auto store = SqliteManifestStore::Open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, IndexError::kNewerFormat);
  EXPECT_EQ(store.error().detail, "its index has version 4, this program knows 3");
  EXPECT_EQ(ReadFile(path), before);
}

TEST_F(SqliteSchemaTest, RefusesTablesOfSomebodyElse) {
  Execute("CREATE TABLE songs (title)");
  const auto store = SqliteManifestStore::Open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, IndexError::kBroken);
}

}  // namespace
}  // namespace image_cache::testing
