// The index refuses to be written: nothing is acknowledged, nothing is lost, what is there is
// served.

#include "native-server/store/index/sqlite_handle.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class SickIndexTest : public StoreTest {
 protected:
  void SetUp() override { Open(); }

  // Another program breaks the index and mends it again.
  void Execute(const char* sql) {
    auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
    ASSERT_TRUE(database) << database.error().detail;
    const auto executed = database->Execute(sql);
    ASSERT_TRUE(executed) << executed.error().detail;
  }
  void Break() {
    Execute(
        "CREATE TRIGGER no_put BEFORE INSERT ON entries BEGIN SELECT RAISE(FAIL, 'sick'); END;"
        "CREATE TRIGGER no_removal BEFORE DELETE ON entries BEGIN SELECT RAISE(FAIL, 'sick'); END");
  }
  void Mend() {
    Execute("DROP TRIGGER no_put; DROP TRIGGER no_removal");
    ASSERT_TRUE(Recovers());
  }
};

TEST_F(SickIndexTest, KeepsNothingOfAPictureThatIsNotCommitted) {
  Break();
  const auto entry = TryPublish(KeyOf("a"), "0001", Jpeg(1000));
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code, StoreError::kIo);
  EXPECT_FALSE(store->Find(KeyOf("a")));
  EXPECT_THAT(FilesBeneath(cache_dir / "images"), ::testing::IsEmpty());
  EXPECT_EQ(TemporaryPictures(), 0U);
}

TEST_F(SickIndexTest, ServesTheOldPictureWhenTheNewOneIsNotCommitted) {
  const Entry old = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  Break();
  EXPECT_FALSE(TryPublish(KeyOf("a"), "0001", Jpeg(1000, 2)));
  EXPECT_EQ(store->Find(KeyOf("a")), old);
  EXPECT_EQ(Serve(old.local_path), Jpeg(1000, 1));
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 1U);
}

TEST_F(SickIndexTest, ServesThePictureThatIsNotCommittedAgainUnchanged) {
  const Entry old = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Break();
  EXPECT_FALSE(TryPublish(KeyOf("a"), "0001", Jpeg(1000)));
  EXPECT_EQ(Serve(old.local_path), Jpeg(1000));
}

TEST_F(SickIndexTest, KeepsWhatItCouldNotRemove) {
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Break();
  EXPECT_EQ(Remove(KeyOf("a")).error().code, StoreError::kIo);
  EXPECT_EQ(ClearActor("0001").error().code, StoreError::kIo);
  EXPECT_EQ(ClearAll().error().code, StoreError::kIo);
  EXPECT_EQ(store->Find(KeyOf("a")), entry);
  EXPECT_EQ(Serve(entry.local_path), Jpeg(1000));
}

TEST_F(SickIndexTest, WorksOnWhenTheIndexIsWellAgain) {
  Break();
  EXPECT_FALSE(TryPublish(KeyOf("a"), "0001", Jpeg(1000)));
  Mend();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Reopen();
  EXPECT_EQ(store->Find(KeyOf("a")), entry);
}

TEST_F(SickIndexTest, GivesTheSpaceOfAFailedPictureBack) {
  options.max_size_bytes = LimitFor(8192, 1, 1);
  Reopen();
  for (int i = 0; i < 2; ++i) {
    Break();
    EXPECT_FALSE(TryPublish(KeyOf("a"), "0001", Jpeg(8192, i)));
    Mend();
  }
  Publish(KeyOf("a"), "0001", Jpeg(8192));
}

}  // namespace
}  // namespace image_cache::testing
