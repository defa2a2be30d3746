// Removing one picture, an actor's, all.

#include <future>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class RemovalTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    first = Publish(KeyOf("1/a"), "0001", Jpeg(1000, 1));
    second = Publish(KeyOf("1/b"), "0001", Jpeg(2000, 2));
    other = Publish(KeyOf("2/a"), "0002", Jpeg(4000, 3));
  }

  Entry first, second, other;
};

TEST_F(RemovalTest, RemovesOnePicture) {
  const auto removal = Remove(KeyOf("1/a"));
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->removed, 1U);
  EXPECT_EQ(removal->bytes_freed, 1000U);
  EXPECT_FALSE(store->Find(KeyOf("1/a")));
  EXPECT_EQ(OpenImage(first.local_path).error().code, StoreError::kNotFound);
  AwaitUnlinking();
  EXPECT_FALSE(std::filesystem::exists(FileOf(first)));
  EXPECT_EQ(Serve(second.local_path), Jpeg(2000, 2));
}

TEST_F(RemovalTest, SaysThatThereWasNothingToRemove) {
  const std::uint64_t revision = store->Stats().revision;
  const auto removal = Remove(KeyOf("unknown"));
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->removed, 0U);
  EXPECT_EQ(store->Stats().revision, revision);
}

TEST_F(RemovalTest, ClearsOneActor) {
  const auto removal = ClearActor("0001");
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->removed, 2U);
  EXPECT_EQ(removal->bytes_freed, 3000U);
  AwaitUnlinking();
  EXPECT_FALSE(std::filesystem::exists(cache_dir / "images/0001"));
  EXPECT_EQ(Serve(other.local_path), Jpeg(4000, 3));
}

TEST_F(RemovalTest, ClearsEverything) {
  const auto removal = ClearAll();
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->removed, 3U);
  EXPECT_EQ(removal->bytes_freed, 7000U);
  AwaitUnlinking();
  EXPECT_THAT(FilesBeneath(cache_dir / "images"), ::testing::IsEmpty());
  EXPECT_EQ(store->Stats().totals, ManifestTotals{});
}

TEST_F(RemovalTest, StaysRemovedAfterARestart) {
  ASSERT_TRUE(Remove(KeyOf("1/a")));
  ASSERT_TRUE(ClearActor("0002"));
  Reopen();
  EXPECT_FALSE(store->Find(KeyOf("1/a")));
  EXPECT_FALSE(store->Find(KeyOf("2/a")));
  EXPECT_EQ(store->Find(KeyOf("1/b")), second);
  ASSERT_TRUE(ClearAll());
  Reopen();
  EXPECT_EQ(store->Stats().totals.entries, 0U);
}

TEST_F(RemovalTest, HappensInTheOrderAskedFor) {
  auto image = store->Begin("0003", 1000);
  ASSERT_TRUE(image);
  ASSERT_TRUE((*image)->Append(Jpeg(1000)));
  store->Publish(std::move(*image), Named(KeyOf("3/a"), "0003"), nullptr);
  const auto removal = Remove(KeyOf("3/a"));
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->removed, 1U);
  EXPECT_FALSE(store->Find(KeyOf("3/a")));
}

TEST_F(RemovalTest, KeepsAnsweringWhenACallbackThrows) {
  store->Remove(KeyOf("1/a"), [](const auto&) { throw std::runtime_error("from the test"); });
  EXPECT_TRUE(Remove(KeyOf("1/b")));
}

TEST_F(RemovalTest, TellsEveryCallerEvenWhenTheStoreIsClosedAtOnce) {
  int told = 0;
  for (int i = 0; i < 100; ++i) {
    store->Remove(KeyOf("1/a"), [&told](const auto& removal) { told += removal ? 1 : 0; });
  }
  store.reset();
  EXPECT_EQ(told, 100);
}

// The same content under the same key has the same place on the disk: a file that waits to be
// unlinked becomes the file of a new entry.
TEST_F(RemovalTest, LeavesTheFilesOfWhatIsPublishedAgain) {
  constexpr int kPictures = 300;
  const auto publish_all = [this] {
    for (int i = 0; i < kPictures; ++i) Publish(KeyOf(std::to_string(i)), "0003", Jpeg(500, i));
  };
  publish_all();
  for (int round = 0; round < 3; ++round) {
    const auto removed = round == 1 ? ClearAll() : ClearActor("0003");
    ASSERT_TRUE(removed);
    publish_all();
  }
  AwaitUnlinking();
  for (int i = 0; i < kPictures; ++i) {
    const auto entry = store->Find(KeyOf(std::to_string(i)));
    ASSERT_TRUE(entry);
    EXPECT_EQ(Serve(entry->local_path), Jpeg(500, i));
  }
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), store->Stats().totals.entries);
}

}  // namespace
}  // namespace image_cache::testing
