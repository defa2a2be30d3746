#include "native-server/store/folder/unlinker.h"

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

namespace fs = std::filesystem;

class UnlinkerTest : public ::testing::Test {
 protected:
  UnlinkerTest() {
    auto opened = CacheFolder::Open(root.path().string());
    EXPECT_TRUE(opened);
    folder = std::move(*opened);
    space = std::make_unique<SpaceKeeper>(SpaceLimits{.max_size_bytes = 1 << 20}, *folder, clock);
    unlinker = std::make_unique<Unlinker>(*folder, index, *space, changing);
  }

  // An entry with its file, as it is after it was published.
  Entry Place(int number, const std::string& actor_id = "0001") {
    const std::string name = "p" + std::to_string(number) + ".jpg";
    const fs::path file = root.path() / "images" / actor_id / name;
    fs::create_directories(file.parent_path());
    WriteFile(file, std::string(kBytes, 'x'));
    space->AddFile(actor_id, kBytes);
    return {.s3_url = "key" + std::to_string(number),
            .local_path = ".image-cache/images/" + actor_id + "/" + name,
            .actor_id = actor_id,
            .filename = {},
            .etag = {},
            .sha256 = {},
            .cached_at_ms = 0,
            .size_bytes = kBytes};
  }
  std::vector<DebrisFile> PlaceDebris(int count) {
    std::vector<DebrisFile> files;
    for (int i = 0; i < count; ++i) files.push_back(DebrisOf(Place(i)));
    return files;
  }
  [[nodiscard]] std::size_t FilesLeft() const {
    return FilesBeneath(root.path() / "images").size();
  }
  [[nodiscard]] bool IsDone() const { return unlinker->debris().files == 0; }

  static constexpr std::size_t kBytes = 100;
  TestFolder root;
  FakeClock clock;
  SharedIndex index;
  std::mutex changing;
  std::unique_ptr<CacheFolder> folder;
  std::unique_ptr<SpaceKeeper> space;
  std::unique_ptr<Unlinker> unlinker;
};

TEST_F(UnlinkerTest, UnlinksFilesAndTheFolderThatGetsEmpty) {
  unlinker->Add(PlaceDebris(200));
  EXPECT_TRUE(Eventually([this] { return IsDone(); }));
  EXPECT_EQ(FilesLeft(), 0U);
  EXPECT_FALSE(fs::exists(root.path() / "images/0001"));
  EXPECT_EQ(unlinker->debris().bytes, 0U);
  EXPECT_FALSE(unlinker->IsDebris(".image-cache/images/0001/p0.jpg"));
}

TEST_F(UnlinkerTest, TakesAWholeIndexApart) {
  ImageIndex images;
  for (int i = 0; i < 300; ++i) images.Put(Place(i, "000" + std::to_string(i % 7)));
  unlinker->Add(std::move(images));
  EXPECT_TRUE(Eventually([this] { return IsDone(); }));
  EXPECT_EQ(FilesLeft(), 0U);
}

TEST_F(UnlinkerTest, CountsWhatWaits) {
  const std::lock_guard lock(changing);  // the writer is busy
  ImageIndex images;
  images.Put(Place(0));
  unlinker->Add(std::move(images));
  unlinker->Add({DebrisOf(Place(1)), DebrisOf(Place(2))});
  EXPECT_EQ(unlinker->debris().files, 3U);
  EXPECT_EQ(unlinker->debris().bytes, 3 * kBytes);
  EXPECT_EQ(FilesLeft(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(unlinker->IsDebris(".image-cache/images/0001/p" + std::to_string(i) + ".jpg"));
  }
  EXPECT_FALSE(unlinker->IsDebris(".image-cache/images/0001/p3.jpg"));
}

TEST_F(UnlinkerTest, LeavesAFileThatIsNamedAgain) {
  const Entry entry = Place(0);
  {
    const std::lock_guard lock(changing);
    unlinker->Add({DebrisOf(entry), DebrisOf(Place(1))});
    index.images.Put(entry);
  }
  EXPECT_TRUE(Eventually([this] { return IsDone(); }));
  EXPECT_THAT(FilesBeneath(root.path() / "images"), ::testing::ElementsAre("0001/p0.jpg"));
}

TEST_F(UnlinkerTest, MakesSpaceAtOnceWhenItIsNeeded) {
  unlinker->Stop();  // so that only the caller unlinks
  EXPECT_FALSE(unlinker->UnlinkSome()) << "nothing waits";
  unlinker->Add(PlaceDebris(100));
  int rounds = 0;
  while (unlinker->UnlinkSome()) ++rounds;
  EXPECT_GT(rounds, 1) << "in small batches";
  EXPECT_EQ(FilesLeft(), 0U);
  unlinker->UnlinkNow(PlaceDebris(100));
  EXPECT_EQ(FilesLeft(), 0U);
  EXPECT_TRUE(IsDone());
}

TEST_F(UnlinkerTest, GivesNoSpaceBackForAFileThatStays) {
  std::vector<DebrisFile> files{DebrisOf(Place(0))};
  // A folder cannot be unlinked like a file, not even by root.
  const fs::path place = root.path() / "images/0001/p0.jpg";
  fs::remove(place);
  fs::create_directory(place);
  unlinker->Stop();
  unlinker->Add(files);
  EXPECT_FALSE(unlinker->UnlinkSome());
  EXPECT_EQ(unlinker->debris().files, 1U);
  fs::remove(place);
  EXPECT_TRUE(unlinker->UnlinkSome()) << "it is tried again";
  EXPECT_TRUE(IsDone());
}

TEST_F(UnlinkerTest, FinishesWhatItCanBeforeItStops) {
  unlinker->Add(PlaceDebris(500));
  unlinker->Stop();
  EXPECT_EQ(FilesLeft(), unlinker->debris().files);
}

}  // namespace
}  // namespace image_cache::testing
