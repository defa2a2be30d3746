// What is published is whole, named by its content and found in every way of asking.

#include <sys/stat.h>

#include <future>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using PublishTest = StoreTest;

TEST_F(PublishTest, ServesTheBytesThatWereWritten) {
  Open();
  const std::string content = Jpeg(100'000);
  const Entry entry = Publish(KeyOf("0001/a.jpg"), "0001", content);

  EXPECT_EQ(Serve(entry.local_path), content);
  EXPECT_EQ(store->Find(KeyOf("0001/a.jpg")), entry);
  EXPECT_TRUE(store->Exists(*LocalPath::Parse(entry.local_path)));
  EXPECT_EQ(entry.size_bytes, content.size());
  EXPECT_EQ(entry.cached_at_ms, clock.NowMs());
  EXPECT_EQ(entry.etag, "\"e\"");
}

TEST_F(PublishTest, KnowsTheHashOfTheContent) {
  Open();
  // From sha256sum of the same fifteen bytes.
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(15));
  EXPECT_EQ(entry.sha256, "f3a89e570a88583a57bf20f777a7728e1c82ebe77bd4244e3c4305c17ed94739");
}

TEST_F(PublishTest, NamesTheFileAsTheContractSays) {
  Open();
  const Entry entry = Publish(KeyOf("0001/a.jpg"), "0001", Jpeg(1000));
  EXPECT_TRUE(std::regex_match(entry.local_path,
                               std::regex(R"(\.image-cache/images/0001/0001_[0-9a-f]{16}\.jpg)")))
      << entry.local_path;
}

TEST_F(PublishTest, ChangesTheNameWithTheContentOnly) {
  Open();
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const Entry same = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const Entry changed = Publish(KeyOf("a"), "0001", Jpeg(1000, 2));
  const Entry other_key = Publish(KeyOf("b"), "0001", Jpeg(1000, 2));

  EXPECT_EQ(same.local_path, first.local_path);
  EXPECT_NE(changed.local_path, first.local_path);
  EXPECT_NE(other_key.local_path, changed.local_path);
}

TEST_F(PublishTest, RemovesTheFileThatIsReplaced) {
  Open();
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const Entry second = Publish(KeyOf("a"), "0001", Jpeg(1000, 2));

  AwaitUnlinking();
  EXPECT_FALSE(std::filesystem::exists(FileOf(first)));
  EXPECT_EQ(Serve(first.local_path), std::nullopt);
  EXPECT_EQ(Serve(second.local_path), Jpeg(1000, 2));
  EXPECT_EQ(store->Stats().totals, (ManifestTotals{.entries = 1, .size_bytes = 1000}));
}

TEST_F(PublishTest, KeepsTheFileThatIsPublishedAgainUnchanged) {
  Open();
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(1000));
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  EXPECT_EQ(Serve(first.local_path), Jpeg(1000));
  AwaitUnlinking();
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 1U);
}

TEST_F(PublishTest, MovesAPictureToAnotherActor) {
  Open();
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(1000));
  const Entry second = Publish(KeyOf("a"), "0002", Jpeg(1000));
  AwaitUnlinking();
  EXPECT_FALSE(std::filesystem::exists(FileOf(first).parent_path())) << "an empty folder stays";
  EXPECT_EQ(Serve(second.local_path), Jpeg(1000));
  ASSERT_EQ(store->Stats().actors.size(), 1U);
  EXPECT_EQ(store->Stats().actors[0].actor_id, "0002");
}

TEST_F(PublishTest, KeepsAnOpenPictureReadableWhileItIsReplaced) {
  Open();
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  const auto image = OpenImage(first.local_path);
  ASSERT_TRUE(image);
  Publish(KeyOf("a"), "0001", Jpeg(1000, 2));

  std::string bytes(1000, '\0');
  ASSERT_EQ(::pread(image->fd.get(), bytes.data(), bytes.size(), 0), 1000);
  EXPECT_EQ(bytes, Jpeg(1000, 1));
}

TEST_F(PublishTest, AcknowledgesOnlyWhatIsOnDiskAndInTheIndex) {
  Open();
  auto image = store->Begin("0001", 1000);
  ASSERT_TRUE(image);
  ASSERT_TRUE((*image)->Append(Jpeg(1000)));
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 0U) << "visible before it is checked";
  EXPECT_EQ(TemporaryPictures(), 1U);

  std::promise<void> told;
  store->Publish(std::move(*image), Named(KeyOf("a"), "0001"),
                 [&](const Result<Entry, StoreError>& entry) {
                   ASSERT_TRUE(entry);
                   EXPECT_TRUE(std::filesystem::exists(FileOf(*entry)));
                   EXPECT_EQ(TemporaryPictures(), 0U);
                   EXPECT_TRUE(store->Find(KeyOf("a")));
                   EXPECT_TRUE(OpenImage(entry->local_path));
                   told.set_value();
                 });
  told.get_future().get();
}

TEST_F(PublishTest, AcknowledgesManyAtOnce) {
  Open();
  constexpr int kImages = 500;
  std::vector<std::promise<Result<Entry, StoreError>>> outcomes(kImages);
  for (int i = 0; i < kImages; ++i) {
    auto image = store->Begin("0001", 500);
    ASSERT_TRUE(image);
    ASSERT_TRUE((*image)->Append(Jpeg(500, i)));
    // Every fifth key comes again: the later one wins.
    store->Publish(std::move(*image), Named(KeyOf(std::to_string(i - i % 5 / 4)), "0001"),
                   [&outcome = outcomes[static_cast<std::size_t>(i)]](auto entry) {
                     outcome.set_value(std::move(entry));
                   });
  }
  for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get_future().get());
  EXPECT_EQ(store->Stats().totals.entries, 400U);
  AwaitUnlinking();
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 400U);
  for (int i = 4; i < kImages; i += 5) {
    const auto entry = store->Find(KeyOf(std::to_string(i - 1)));
    ASSERT_TRUE(entry);
    EXPECT_EQ(Serve(entry->local_path), Jpeg(500, i));
  }
}

TEST_F(PublishTest, KeepsFoldersAndFilesToItsUser) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  const auto mode = [](const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  };
  for (const char* name : {"", "images", "images/0001", "tmp"}) {
    EXPECT_EQ(mode(cache_dir / name), 0700U) << name;
  }
  EXPECT_EQ(mode(FileOf(entry)), 0600U);
  for (const char* name : {"index.sqlite", "index.sqlite-wal", "lock"}) {
    EXPECT_EQ(mode(cache_dir / name), 0600U) << name;
  }
}

TEST_F(PublishTest, CountsTheRevisionUp) {
  Open();
  std::uint64_t last = store->Stats().revision;
  for (const char* name : {"a", "b", "a"}) {
    Publish(KeyOf(name), "0001", Jpeg(1000, name[0]));
    clock.Advance(1);
    EXPECT_GT(store->Stats().revision, last);
    last = store->Stats().revision;
  }
}

}  // namespace
}  // namespace image_cache::testing
