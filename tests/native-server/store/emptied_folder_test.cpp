// Somebody empties the cache folder under the working store and leaves the folder itself: that is
// noticed without a request for it.

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class EmptiedFolderTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    for (int i = 0; i < 20; ++i) {
      Publish(KeyOf(std::to_string(i)), "000" + std::to_string(i % 4), Jpeg(1000, i));
    }
  }
  // The store may be at it, too, so what is gone already is no error.
  static void Clear(const std::filesystem::path& path) {
    ASSERT_TRUE(Eventually([&path] {
      std::error_code error;
      std::filesystem::remove_all(path, error);
      return !error;
    }));
  }
  // What is known, without asking for anything that looks at the disk.
  [[nodiscard]] bool Knows(int i) const {
    return store->Find(KeyOf(std::to_string(i))).has_value();
  }
  [[nodiscard]] bool HasForgottenAll() const {
    for (int i = 0; i < 20; ++i) {
      if (Knows(i)) return false;
    }
    return true;
  }
};

TEST_F(EmptiedFolderTest, ForgetsWhatWasInIt) {
  for (const char* name : {"images", "index.sqlite", "index.sqlite-shm", "index.sqlite-wal", "lock",
                           "manifest.json", "tmp"}) {
    Clear(cache_dir / name);
  }
  EXPECT_TRUE(Eventually([&] { return HasForgottenAll(); }));
  Publish(KeyOf("new"), "0001", Jpeg(1000));
  Reopen();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(EmptiedFolderTest, ForgetsThePicturesWhenOnlyTheyAreRemoved) {
  Clear(cache_dir / "images");
  EXPECT_TRUE(Eventually([&] { return HasForgottenAll(); }));
  Publish(KeyOf("new"), "0001", Jpeg(1000));
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(EmptiedFolderTest, ForgetsWhatIsRemovedAfterTheLock) {
  // As an `rm -rf` may go about it, interrupted in the middle.
  std::filesystem::remove(cache_dir / "lock");
  std::filesystem::remove(cache_dir / "index.sqlite");
  Clear(cache_dir / "images/0000");
  Clear(cache_dir / "images/0001");
  EXPECT_TRUE(Eventually([&] { return !Knows(0) && !Knows(1); }));
  EXPECT_TRUE(Knows(2));
  Clear(cache_dir / "images");
  EXPECT_TRUE(Eventually([&] { return HasForgottenAll(); }));
}

}  // namespace
}  // namespace image_cache::testing
