// What was acknowledged survives the process: the folder is copied as it is at that instant, which
// is what kill -9 would leave behind, and opened as another store.

#include <future>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class CrashTest : public StoreTest {
 protected:
  // Goes on with a copy of the folder; the running store knows nothing of it.
  void Crash() {
    AwaitManifestFile();  // a file that comes and goes cannot be copied
    const auto copy = folder.path() / ("after-crash-" + std::to_string(++crashes_));
    std::filesystem::copy(cache_dir, copy, std::filesystem::copy_options::recursive);
    crashed_.push_back(std::move(store));
    cache_dir = copy;
    options.cache_dir = copy.string();
  }

 private:
  int crashes_ = 0;
  std::vector<std::unique_ptr<Store>> crashed_;  // closed at the end only
};

TEST_F(CrashTest, KeepsEveryAcknowledgedPicture) {
  Open();
  std::vector<Entry> acknowledged;
  for (int i = 0; i < 50; ++i) {
    acknowledged.push_back(
        Publish(KeyOf(std::to_string(i)), "000" + std::to_string(i % 3), Jpeg(3000, i)));
  }
  Crash();
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 50U);
  for (int i = 0; i < 50; ++i) {
    const Entry& entry = acknowledged[static_cast<std::size_t>(i)];
    EXPECT_EQ(store->Find(entry.s3_url), entry);
    EXPECT_EQ(Serve(entry.local_path), Jpeg(3000, i));
  }
}

TEST_F(CrashTest, KeepsEveryAcknowledgedRemoval) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const Entry kept = Publish(KeyOf("b"), "0001", Jpeg(1000, 2));
  ASSERT_TRUE(Remove(KeyOf("a")));
  Crash();
  Open();
  EXPECT_FALSE(store->Find(KeyOf("a")));
  EXPECT_EQ(Serve(kept.local_path), Jpeg(1000, 2));
}

TEST_F(CrashTest, RemovesWhatWasBeingWritten) {
  Open();
  auto image = store->Begin("0001", 1000);
  ASSERT_TRUE(image);
  ASSERT_TRUE((*image)->Append(Jpeg(1000)));
  Crash();
  EXPECT_EQ(TemporaryPictures(), 1U);
  Open();
  EXPECT_EQ(TemporaryPictures(), 0U);
  image->reset();
}

TEST_F(CrashTest, RemovesAPictureThatHadItsPlaceButNoEntryYet) {
  Open();
  const Entry kept = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Crash();
  const auto orphan = cache_dir / "images/0001/0001_0123456789abcdef.jpg";
  const auto in_a_folder_of_its_own = cache_dir / "images/0002/0002_0123456789abcdef.png";
  WriteFile(orphan, Jpeg(500));
  WriteFile(in_a_folder_of_its_own, Jpeg(500));
  Open();
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(orphan); }));
  EXPECT_TRUE(
      Eventually([&] { return !std::filesystem::exists(in_a_folder_of_its_own.parent_path()); }));
  EXPECT_EQ(Serve(kept.local_path), Jpeg(1000));
}

TEST_F(CrashTest, NeverTouchesFilesWithNamesThatAreNotItsOwn) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  Crash();
  const std::vector<std::string> names = {
      "0001/holiday.jpg",  "0001/0001_abc123.jpg", "0001/0002_0123456789abcdef.jpg",
      "holiday/beach.jpg", "readme.txt",           "0001/0001_0123456789ABCDEF.jpg"};
  for (const std::string& name : names) WriteFile(cache_dir / "images" / name, "somebody's");
  Open();
  for (const std::string& name : names) {
    EXPECT_EQ(ReadFile(cache_dir / "images" / name), "somebody's") << name;
  }
}

TEST_F(CrashTest, NeverGoesBackInRevisions) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  ASSERT_TRUE(Remove(KeyOf("a")));
  const std::uint64_t announced = store->Stats().revision;
  Crash();
  Open();
  EXPECT_GE(store->Stats().revision, announced);
}

}  // namespace
}  // namespace image_cache::testing
