#include "native-server/store/index/sqlite_manifest_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/native-server/store/test_folder.h"

namespace image_cache::testing {
namespace {

using ::testing::UnorderedElementsAre;

class SqliteManifestStoreTest : public ::testing::Test {
 protected:
  SqliteManifestStoreTest() : path(folder.path() / "index.sqlite") { WriteFile(path, ""); }

  void Open() {
    store.reset();
    entries.clear();
    auto opened = SqliteManifestStore::Open(path.string());
    ASSERT_TRUE(opened) << opened.error().detail;
    store = std::move(*opened);
    const auto result = store->Load([this](Entry entry) { entries.push_back(std::move(entry)); });
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
