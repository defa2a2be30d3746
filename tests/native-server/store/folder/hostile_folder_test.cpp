// Somebody else works in the folder while the store serves from it.

#include <sys/stat.h>

#include <future>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

namespace fs = std::filesystem;

class HostileFolderTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
    // Of the same size, so that only the way to it can give it away.
    secret = folder.path() / "outside" / FileOf(entry).filename();
    WriteFile(secret, std::string(1000, 's'));
  }

  // The first one to ask learns that it is gone; soon it is announced no more.
  void ExpectGone() {
    EXPECT_EQ(OpenImage(entry.local_path).error().code, StoreError::kNotFound);
    EXPECT_TRUE(Eventually([&] { return !store->Find(entry.s3_url); }));
    EXPECT_FALSE(store->Exists(*LocalPath::Parse(entry.local_path)));
  }

  Entry entry;
  fs::path secret;
};

TEST_F(HostileFolderTest, FollowsNoLinkInAPicturesPlace) {
  fs::remove(FileOf(entry));
  fs::create_symlink(secret, FileOf(entry));
  ExpectGone();
  EXPECT_EQ(ReadFile(secret), std::string(1000, 's'));
}

TEST_F(HostileFolderTest, FollowsNoLinkInAnActorsPlace) {
  fs::remove_all(FileOf(entry).parent_path());
  fs::create_directory_symlink(secret.parent_path(), FileOf(entry).parent_path());
  ExpectGone();
  EXPECT_EQ(ReadFile(secret), std::string(1000, 's')) << "removed or changed through the link";
}

TEST_F(HostileFolderTest, WritesThroughNoLinkInAnActorsPlace) {
  fs::create_directory_symlink(secret.parent_path(), cache_dir / "images/0002");
  EXPECT_FALSE(TryPublish(KeyOf("b"), "0002", Jpeg(1000)));
  EXPECT_EQ(FilesBeneath(secret.parent_path()).size(), 1U);
  EXPECT_FALSE(store->Find(KeyOf("b")));
}

TEST_F(HostileFolderTest, FollowsNoLinkInTheImagesFoldersPlace) {
  fs::rename(cache_dir / "images", folder.path() / "moved");
  fs::create_directory_symlink(folder.path() / "moved", cache_dir / "images");
  ExpectGone();
}

TEST_F(HostileFolderTest, DoesNotWaitForAFifo) {
  fs::remove(FileOf(entry));
  ASSERT_EQ(::mkfifo(FileOf(entry).c_str(), 0600), 0);
  ExpectGone();
}

TEST_F(HostileFolderTest, ServesNoFileOfAnotherSize) {
  fs::resize_file(FileOf(entry), 999);
  ExpectGone();
}

TEST_F(HostileFolderTest, ServesNoFileThatTheIndexDoesNotKnow) {
  WriteFile(cache_dir / "images/0001/0001_0123456789abcdef.jpg", Jpeg(10));
  EXPECT_EQ(OpenImage(".image-cache/images/0001/0001_0123456789abcdef.jpg").error().code,
            StoreError::kNotFound);
}

TEST_F(HostileFolderTest, GivesTheSpaceOfAVanishedPictureBack) {
  fs::remove(FileOf(entry));
  ExpectGone();
  EXPECT_EQ(store->Stats().totals, ManifestTotals{});
}

TEST_F(HostileFolderTest, StartsOverWhenTheWholeFolderIsRemoved) {
  RemoveAll(cache_dir);
  ExpectGone();
  const Entry next = Publish(KeyOf("b"), "0001", Jpeg(2000));
  EXPECT_EQ(Serve(next.local_path), Jpeg(2000));
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  // It is a cache like any other again: locked, and there after a restart.
  EXPECT_EQ(OpenError(), StoreError::kInUse);
  Reopen();
  EXPECT_EQ(store->Find(KeyOf("b")), next);
}

TEST_F(HostileFolderTest, ForgetsEverythingInARemovedFolderWithItsNextWrite) {
  for (int i = 0; i < 10; ++i) Publish(KeyOf(std::to_string(i)), "0002", Jpeg(1000, i));
  RemoveAll(cache_dir);
  Publish(KeyOf("next"), "0003", Jpeg(1000));
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(HostileFolderTest, SaysAtOnceThatARemovedFolderIsEmpty) {
  const auto before = store->ManifestJson();
  RemoveAll(cache_dir);
  EXPECT_EQ(store->Stats().totals, ManifestTotals{});
  EXPECT_THAT(store->Stats().actors, ::testing::IsEmpty());
  EXPECT_FALSE(store->Exists(*LocalPath::Parse(entry.local_path)));
  EXPECT_THAT(store->ManifestJson()->json, ::testing::Not(::testing::HasSubstr(entry.local_path)));
  EXPECT_THAT(store->ActorManifest("0001").json,
              ::testing::Not(::testing::HasSubstr(entry.local_path)));
  EXPECT_NE(store->ManifestJson()->etag, before->etag);
  AwaitManifestFile();  // in a folder that is there again
}

TEST_F(HostileFolderTest, KnowsThatANewFolderIsNotTheOneItsPicturesWereIn) {
  RemoveAll(cache_dir);
  auto image = store->Begin("0002", 1000);  // makes the folder again, and commits nothing
  ASSERT_TRUE(image);
  EXPECT_EQ(store->Stats().totals, ManifestTotals{});
  EXPECT_THAT(store->ManifestJson()->json, ::testing::Not(::testing::HasSubstr(entry.local_path)));
  image->reset();
}

TEST_F(HostileFolderTest, GoesOnListingPicturesWhenOnlyTheTemporaryFolderIsRemoved) {
  fs::remove_all(cache_dir / "tmp");
  auto image = store->Begin("0002", 1000);
  ASSERT_TRUE(image);
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  image->reset();
}

class RemovedFolderTest : public HostileFolderTest,
                          public ::testing::WithParamInterface<void (*)(Store&)> {};

TEST_P(RemovedFolderTest, IsMadeAgainWhenItIsMissed) {
  store->AnnounceServer("http://127.0.0.1:18787");
  RemoveAll(cache_dir);
  GetParam()(*store);
  EXPECT_TRUE(Eventually([&] {
    return FindRunningServer(cache_dir.string()) == "http://127.0.0.1:18787";
  })) << "it is not locked";
}

INSTANTIATE_TEST_SUITE_P(By, RemovedFolderTest,
                         ::testing::Values([](Store& store) { (void)store.ManifestJson(); },
                                           [](Store& store) { (void)store.ActorManifest("0001"); },
                                           [](Store& store) { (void)store.Stats(); }));

TEST_F(HostileFolderTest, QueuesOneLossHoweverOftenItIsNoticed) {
  std::promise<void> go;
  store->Remove(KeyOf("none"), [gate = go.get_future().share()](const auto&) { gate.wait(); });
  ASSERT_TRUE(Eventually([&] { return store->Stats().queued_changes == 0; }));
  fs::remove(FileOf(entry));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(OpenImage(entry.local_path));
  EXPECT_EQ(store->Stats().queued_changes, 1U);
  go.set_value();
  EXPECT_TRUE(Eventually([&] { return !store->Find(entry.s3_url); }));
  // And again when it happens again.
  EXPECT_EQ(Publish(KeyOf("a"), "0001", Jpeg(1000)).local_path, entry.local_path);
  fs::remove(FileOf(entry));
  ExpectGone();
}

TEST_F(HostileFolderTest, AnnouncesItsAddressAgainInANewFolder) {
  store->AnnounceServer("http://127.0.0.1:18787");
  RemoveAll(cache_dir);
  EXPECT_EQ(FindRunningServer(cache_dir.string()), std::nullopt);
  Publish(KeyOf("b"), "0001", Jpeg(1000));
  EXPECT_EQ(FindRunningServer(cache_dir.string()), "http://127.0.0.1:18787");
}

TEST_F(HostileFolderTest, FailsThePictureThatWasBeingWrittenIntoARemovedFolder) {
  auto image = store->Begin("0001", 1000);
  ASSERT_TRUE(image);
  RemoveAll(cache_dir);
  ASSERT_TRUE((*image)->Append(Jpeg(1000)));
  std::promise<Result<Entry, StoreError>> outcome;
  store->Publish(std::move(*image), Named(KeyOf("b"), "0001"),
                 [&](auto published) { outcome.set_value(std::move(published)); });
  EXPECT_FALSE(outcome.get_future().get());
  EXPECT_FALSE(store->Find(KeyOf("b")));
}

TEST_F(HostileFolderTest, KeepsThePicturesWhenOnlyTheIndexIsRemoved) {
  for (const char* name : {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"}) {
    fs::remove(cache_dir / name);
  }
  const Entry next = Publish(KeyOf("b"), "0001", Jpeg(2000));
  Reopen();
  EXPECT_EQ(store->Find(KeyOf("a")), entry);
  EXPECT_EQ(store->Find(KeyOf("b")), next);
}

TEST_F(HostileFolderTest, SurvivesTheRemovalAndTheEndWithoutAWrite) {
  RemoveAll(cache_dir);
  store.reset();
}

}  // namespace
}  // namespace image_cache::testing
