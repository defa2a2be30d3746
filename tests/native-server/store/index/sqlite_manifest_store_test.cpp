#include "native-server/store/index/sqlite_manifest_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/native-server/store/test_folder.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

class SqliteManifestStoreTest : public ::testing::Test {
 protected:
  SqliteManifestStoreTest() : path(folder.path() / "index.sqlite") { WriteFile(path, ""); }

  void Open() {
    store.reset();
    entries.clear();
    revisions.clear();
    auto opened = SqliteManifestStore::Open(path.string());
    ASSERT_TRUE(opened) << opened.error().detail;
    store = std::move(*opened);
    const auto result = store->Load([this](const Entry& entry, std::uint64_t revision) {
      revisions[entry.s3_url] = revision;
      entries.push_back(entry);
    });
    ASSERT_TRUE(result) << result.error().detail;
    loaded = *result;
  }

  static Entry EntryOf(const std::string& key) {
    return {.s3_url = key,
            .local_path = ".image-cache/images/0001/" + key + ".jpg",
            .actor_id = "0001",
            .filename = "ein Bild \"mit\" Ümlaut\n.jpg",
            .etag = "\"abc\"",
            .sha256 = std::string(64, 'a'),
            .cached_at_ms = 1729176000000,
            .size_bytes = std::uint64_t{5} << 40};
  }
  static IndexChange Puts(std::vector<Entry> puts) {
    IndexChange change;
    change.puts = std::move(puts);
    change.revision = 7;
    change.last_updated_ms = 99;
    return change;
  }

  TestFolder folder;
  std::filesystem::path path;
  std::unique_ptr<SqliteManifestStore> store;
  std::vector<Entry> entries;
  std::map<std::string, std::uint64_t> revisions;  // by key
  LoadedIndex loaded;
};

TEST_F(SqliteManifestStoreTest, BeginsEmpty) {
  Open();
  EXPECT_TRUE(loaded.is_new);
  EXPECT_FALSE(loaded.was_closed);
  EXPECT_EQ(loaded.revision, 0U);
  EXPECT_TRUE(entries.empty());
}

TEST_F(SqliteManifestStoreTest, GivesBackWhatWasPut) {
  Open();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a"), EntryOf("b")})));
  Open();
  EXPECT_FALSE(loaded.is_new);
  EXPECT_EQ(loaded.revision, 7U);
  EXPECT_EQ(loaded.last_updated_ms, 99);
  EXPECT_THAT(entries, UnorderedElementsAre(EntryOf("a"), EntryOf("b")));
}

TEST_F(SqliteManifestStoreTest, RemovesBeforeItPuts) {
  Open();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a"), EntryOf("b"), EntryOf("c")})));
  IndexChange change = Puts({EntryOf("a")});
  change.removed_keys = {"a", "b", "unknown"};
  ASSERT_TRUE(store->Apply(change));
  Open();
  EXPECT_THAT(entries, UnorderedElementsAre(EntryOf("a"), EntryOf("c")));

  change = Puts({EntryOf("d")});
  change.remove_all = true;
  ASSERT_TRUE(store->Apply(change));
  Open();
  EXPECT_THAT(entries, UnorderedElementsAre(EntryOf("d")));
}

TEST_F(SqliteManifestStoreTest, KnowsWhetherItWasClosed) {
  Open();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a")})));
  store->Close();
  Open();
  EXPECT_TRUE(loaded.was_closed);
  Open();
  EXPECT_FALSE(loaded.was_closed) << "the run in between did not close it";
  store->Close();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("b")})));
  Open();
  EXPECT_FALSE(loaded.was_closed) << "changed after it was closed";
}

TEST_F(SqliteManifestStoreTest, AppliesAllOrNothing) {
  Open();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a")})));
  auto database = SqliteDatabase::Open(path.string());
  ASSERT_TRUE(database);
  ASSERT_TRUE(
      database->Execute("CREATE TRIGGER refuse BEFORE INSERT ON entries WHEN NEW.s3_url = 'bad'"
                        " BEGIN SELECT RAISE(FAIL, 'refused'); END"));
  IndexChange change = Puts({EntryOf("b"), EntryOf("bad")});
  change.removed_keys = {"a"};
  EXPECT_FALSE(store->Apply(change));
  // The failure is over with its transaction.
  ASSERT_TRUE(store->Apply(Puts({EntryOf("c")})));
  Open();
  EXPECT_THAT(entries, UnorderedElementsAre(EntryOf("a"), EntryOf("c")));
}

TEST_F(SqliteManifestStoreTest, KnowsFromWhichCommitAnEntryIs) {
  Open();
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a"), EntryOf("b")})));
  IndexChange change = Puts({EntryOf("b"), EntryOf("c")});
  change.revision = 9;
  ASSERT_TRUE(store->Apply(change));
  Open();
  EXPECT_THAT(revisions, ElementsAre(Pair("a", 7U), Pair("b", 9U), Pair("c", 9U)));
}

TEST_F(SqliteManifestStoreTest, KeepsAHashThatIsNoneAsItIs) {
  Open();
  std::vector<Entry> odd;
  for (const std::string& hash :
       {std::string(), std::string("md5:9a"), std::string(64, 'A'), std::string(63, 'a'),
        "0123456789abcdef" + std::string(48, 'f')}) {
    odd.push_back(EntryOf("key" + std::to_string(odd.size())));
    odd.back().sha256 = hash;
  }
  ASSERT_TRUE(store->Apply(Puts(odd)));
  Open();
  EXPECT_THAT(entries, UnorderedElementsAreArray(odd));
}

TEST_F(SqliteManifestStoreTest, KeepsTheLastCheckpointUntilTheNext) {
  Open();
  EXPECT_EQ(loaded.checkpoint_revision, 0U);
  IndexChange change;
  change.revision = 7;
  change.checkpoint_revision = 5;
  ASSERT_TRUE(store->Apply(change));
  ASSERT_TRUE(store->Apply(Puts({EntryOf("a")})));
  Open();
  EXPECT_EQ(loaded.checkpoint_revision, 5U);
}

TEST_F(SqliteManifestStoreTest, KeepsNotesByTheirNames) {
  Open();
  const std::string bytes("\0 any \xff bytes", 13);
  IndexChange change;
  change.notes = {{.name = "a", .content = "first"}, {.name = "b", .content = ""}};
  ASSERT_TRUE(store->Apply(change));
  change.notes = {{.name = "a", .content = bytes}};
  ASSERT_TRUE(store->Apply(change));
  Open();
  EXPECT_EQ(store->LoadNote("a").value(), bytes);
  EXPECT_EQ(store->LoadNote("b").value(), "");
  EXPECT_EQ(store->LoadNote("c").value(), std::nullopt);
  EXPECT_EQ(store->LoadNote("a").value(), bytes) << "asking does not take it away";
}

TEST_F(SqliteManifestStoreTest, BeginsAnEpochWhenTheLastRunWasNotClosed) {
  Open();
  const std::string first = loaded.epoch;
  EXPECT_THAT(first, MatchesRegex("[0-9a-f]{16}"));
  store->Close();
  Open();
  EXPECT_EQ(loaded.epoch, first);
  Open();  // as after a kill
  const std::string second = loaded.epoch;
  EXPECT_THAT(second, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_NE(second, first);
  store->Close();
  Open();
  EXPECT_EQ(loaded.epoch, second) << "it was kept";
}

TEST_F(SqliteManifestStoreTest, ClearsManyEntriesWithoutWritingThemToTheLog) {
  Open();
  std::vector<Entry> many;
  for (int i = 0; i < 3000; ++i) many.push_back(EntryOf(std::to_string(i)));
  ASSERT_TRUE(store->Apply(Puts(std::move(many))));
  store->Close();  // which empties the log
  ASSERT_GT(std::filesystem::file_size(path), 400'000U);
  Open();
  IndexChange change;
  change.remove_all = true;
  change.revision = 8;
  ASSERT_TRUE(store->Apply(change));
  EXPECT_LT(std::filesystem::file_size(path.string() + "-wal"), 100'000U);
  Open();
  EXPECT_TRUE(entries.empty());
}

TEST_F(SqliteManifestStoreTest, KnowsWhenItsFileIsGone) {
  Open();
  EXPECT_FALSE(store->IsLost());
  std::filesystem::remove(path);
  EXPECT_TRUE(store->IsLost());
  WriteFile(path, "another file in its place");
  EXPECT_TRUE(store->IsLost());
}

}  // namespace
}  // namespace image_cache::testing
