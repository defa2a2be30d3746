// What a store finds when it starts: its own last run, nothing, or something broken.

#include <sqlite3.h>
#include <sys/stat.h>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::Contains;
using ::testing::MatchesRegex;
using StartupTest = StoreTest;

std::vector<std::string> NamesIn(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST_F(StartupTest, MakesAMissingFolderWithItsParents) {
  options.cache_dir = (cache_dir / "deeper/still").string();
  Open();
  EXPECT_TRUE(std::filesystem::is_directory(cache_dir / "deeper/still/images"));
}

TEST_F(StartupTest, KeepsEntriesOverARestart) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Reopen();
  EXPECT_EQ(store->Find(KeyOf("a")), entry);
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
}

TEST_F(StartupTest, GivesTheSameManifestAfterARestart) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const auto before = store->ManifestJson();
  clock.Advance(1000);
  Reopen();
  EXPECT_EQ(store->ManifestJson()->json, before->json);
  EXPECT_EQ(store->ManifestJson()->etag, before->etag);
}

TEST_F(StartupTest, RefusesAFolderThatCannotBeMade) {
  WriteFile(folder.path() / "file", "in the way");
  options.cache_dir = (folder.path() / "file/cache").string();
  EXPECT_EQ(OpenError(), StoreError::kNotWritable);
  options.cache_dir = "/proc/image-cache";
  EXPECT_EQ(OpenError(), StoreError::kNotWritable);
  options.cache_dir = "";
  EXPECT_FALSE(Store::Open(options, clock));
}

TEST_F(StartupTest, NamesNoPathOfTheMachineInAnError) {
  WriteFile(folder.path() / "file", "in the way");
  options.cache_dir = (folder.path() / "file/cache").string();
  const auto opened = Store::Open(options, clock);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, ::testing::Not(::testing::HasSubstr(folder.path().string())));
}

class BrokenIndexTest : public StoreTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(BrokenIndexTest, IsSetAsideAndReplaced) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  store.reset();
  WriteFile(cache_dir / "index.sqlite", GetParam());

  Open();
  EXPECT_THAT(NamesIn(cache_dir), Contains(MatchesRegex("index\\.sqlite\\.broken-[0-9]+")));
  const auto aside = cache_dir / ("index.sqlite.broken-" + std::to_string(clock.NowMs()));
  EXPECT_EQ(ReadFile(aside), GetParam()) << "the broken index was changed";
  // manifest.json still knows what is there.
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
  Publish(KeyOf("b"), "0001", Jpeg(1000));
  Reopen();
  EXPECT_EQ(store->Stats().totals.entries, 2U);
}

INSTANTIATE_TEST_SUITE_P(Contents, BrokenIndexTest,
                         ::testing::Values("this is no database",
                                           std::string(8192, '\0').replace(0, 3, "abc"),
                                           std::string("SQLite format 3\0", 16) +
                                               std::string(5000, '\xff')));

TEST_F(StartupTest, SetsASecondBrokenIndexAsideUnderAnotherName) {
  for (int i = 0; i < 2; ++i) {
    WriteFile(cache_dir / "index.sqlite", "broken " + std::to_string(i));
    Open();
    store.reset();
  }
  const auto names = NamesIn(cache_dir);
  EXPECT_EQ(
      std::count_if(names.begin(), names.end(),
                    [](const auto& name) { return name.starts_with("index.sqlite.broken-"); }),
      2);
}

TEST_F(StartupTest, SetsAnotherProgramsDatabaseAside) {
  std::filesystem::create_directories(cache_dir);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((cache_dir / "index.sqlite").c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE notes (text)", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  Open();
  EXPECT_THAT(NamesIn(cache_dir), Contains(MatchesRegex("index\\.sqlite\\.broken-[0-9]+")));
}

TEST_F(StartupTest, RefusesANewerIndexAndLeavesItAlone) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  store.reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((cache_dir / "index.sqlite").c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "PRAGMA user_version = 99", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  const std::string before = ReadFile(cache_dir / "index.sqlite");

  EXPECT_EQ(OpenError(), StoreError::kNewerFormat);
  EXPECT_EQ(ReadFile(cache_dir / "index.sqlite"), before);
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 1U);
}

TEST_F(StartupTest, SetsABrokenManifestAside) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  store.reset();
  WriteFile(cache_dir / "manifest.json", "{\"version\": \"1.0\", \"entr");
  Open();
  EXPECT_THAT(NamesIn(cache_dir), Contains(MatchesRegex("manifest\\.json\\.broken-[0-9]+")));
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
}

TEST_F(StartupTest, SetsABrokenManifestAsideThatIsTooLargeToReadAtTheStart) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  store.reset();
  const std::string broken = "{\"version\": \"1.0\", \"entries\": {" + std::string(17 << 20, ' ');
  WriteFile(cache_dir / "manifest.json", broken);
  Open();
  AwaitManifestFile();
  const auto aside = cache_dir / ("manifest.json.broken-" + std::to_string(clock.NowMs()));
  EXPECT_TRUE(ReadFile(aside) == broken) << "it was lost";
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
}

TEST_F(StartupTest, SetsAManifestAsideThatIsALink) {
  Open();
  store.reset();
  WriteFile(folder.path() / "elsewhere.json", "{}");
  std::filesystem::remove(cache_dir / "manifest.json");
  std::filesystem::create_symlink(folder.path() / "elsewhere.json", cache_dir / "manifest.json");
  Open();
  AwaitManifestFile();
  EXPECT_TRUE(std::filesystem::is_symlink(
      cache_dir / ("manifest.json.broken-" + std::to_string(clock.NowMs()))));
  EXPECT_EQ(ReadFile(folder.path() / "elsewhere.json"), "{}");
}

TEST_F(StartupTest, LeavesAManifestAloneThatIsCurrent) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  store.reset();
  const auto file = cache_dir / "manifest.json";
  const auto inode = [&file] {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_ino;
  };
  const auto before = inode();
  Reopen();
  store.reset();  // writes what is not written
  EXPECT_EQ(inode(), before);
}

TEST_F(StartupTest, ForgetsEntriesWhoseFileIsGone) {
  Open();
  const Entry gone = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const Entry kept = Publish(KeyOf("b"), "0001", Jpeg(1000, 2));
  store.reset();
  std::filesystem::remove(FileOf(gone));
  Open();
  EXPECT_FALSE(store->Find(KeyOf("a")));
  EXPECT_EQ(store->Find(KeyOf("b")), kept);
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  Reopen();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(StartupTest, RefusesAnIndexThatIsALink) {
  std::filesystem::create_directories(cache_dir);
  WriteFile(folder.path() / "elsewhere", "");
  std::filesystem::create_symlink(folder.path() / "elsewhere", cache_dir / "index.sqlite");
  EXPECT_EQ(OpenError(), StoreError::kNotWritable);
  EXPECT_EQ(ReadFile(folder.path() / "elsewhere"), "");
}

TEST_F(StartupTest, FollowsALinkToTheCacheFolderItself) {
  std::filesystem::create_directories(folder.path() / "disk");
  std::filesystem::create_symlink(folder.path() / "disk", cache_dir);
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
}

}  // namespace
}  // namespace image_cache::testing
