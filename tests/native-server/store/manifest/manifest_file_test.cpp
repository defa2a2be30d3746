// The manifest as text: for those who ask, and as manifest.json.

#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "native-server/store/manifest/large_manifest.h"
#include "shared/manifest/manifest_json.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using Json = nlohmann::json;
using ManifestFileTest = StoreTest;

TEST_F(ManifestFileTest, IsThereForAnEmptyCache) {
  Open();
  AwaitManifestFile();
  const Json json = Json::parse(ReadFile(cache_dir / "manifest.json"));
  EXPECT_EQ(json["version"], "1.0");
  EXPECT_EQ(json["entries"], Json::object());
}

TEST_F(ManifestFileTest, FollowsEveryChange) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(1000));
  AwaitManifestFile();
  Json json = Json::parse(ReadFile(cache_dir / "manifest.json"));
  EXPECT_EQ(json["entries"][KeyOf("a")]["local_path"], entry.local_path);
  EXPECT_EQ(json["last_updated"], clock.NowMs());

  ASSERT_TRUE(Remove(KeyOf("a")));
  AwaitManifestFile();
  json = Json::parse(ReadFile(cache_dir / "manifest.json"));
  EXPECT_EQ(json["entries"], Json::object());
}

TEST_F(ManifestFileTest, IsCurrentWhenTheStoreIsClosed) {
  Open();
  for (int i = 0; i < 20; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  store.reset();
  EXPECT_EQ(Json::parse(ReadFile(cache_dir / "manifest.json"))["entries"].size(), 20U);
}

TEST_F(ManifestFileTest, IsWholeAtEveryInstant) {
  Open();
  AwaitManifestFile();
  std::atomic<bool> stop{false};
  std::atomic<int> broken{0}, versions{0};
  std::thread reader([&] {
    std::string last;
    for (; !stop; std::this_thread::yield()) {
      std::string text = ReadFile(cache_dir / "manifest.json");
      if (text == last) continue;
      broken += Json::accept(text) ? 0 : 1;
      ++versions;
      last = std::move(text);
    }
  });
  // Several versions, each a longer one. No more pictures than are needed: the writer has the
  // lowest priority, and rests the longer the more there is to write.
  for (int seen = 0; seen < 4; ++seen) {
    for (int i = 0; i < 20; ++i) {
      const int picture = seen * 20 + i;
      Publish(KeyOf(std::to_string(picture)), "0001", Jpeg(500, picture));
    }
    EXPECT_TRUE(Eventually([&] { return versions > seen; }));
  }
  stop = true;
  reader.join();
  EXPECT_EQ(broken, 0);
}

TEST_F(ManifestFileTest, IsWrittenOnceForARevision) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const auto first = store->ManifestJson();
  EXPECT_EQ(store->ManifestJson(), first) << "the very same text is shared";
  Publish(KeyOf("b"), "0001", Jpeg(1000));
  const auto second = store->ManifestJson();
  EXPECT_NE(second->etag, first->etag);
  EXPECT_GT(second->revision, first->revision);
  EXPECT_EQ(Json::parse(first->json)["entries"].size(), 1U) << "who has the old text keeps it";
}

TEST_F(ManifestFileTest, DiffersAfterAClearAndTheSameAgain) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const auto before = store->ManifestJson();
  ASSERT_TRUE(ClearAll());
  clock.Advance(5);
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  EXPECT_NE(store->ManifestJson()->etag, before->etag);
}

TEST_F(ManifestFileTest, TellsTheEndpoint) {
  options.addressing.endpoint = S3Endpoint{.scheme = "http", .host = "127.0.0.1", .port = 4569};
  Open();
  EXPECT_EQ(Json::parse(store->ManifestJson()->json)["s3_endpoint"], "http://127.0.0.1:4569");
}

TEST_F(ManifestFileTest, IsNarrowedToAnActor) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const Entry other = Publish(KeyOf("b"), "0002", Jpeg(1000));
  const auto document = ParseManifestJson(store->ActorManifest("0002").json);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->manifest.Totals().entries, 1U);
  ASSERT_TRUE(document->manifest.Find(KeyOf("b")));
  EXPECT_EQ(document->manifest.Find(KeyOf("b"))->ToEntry(), other);
  EXPECT_EQ(document->manifest.revision(), store->Stats().revision);
}

TEST_F(ManifestFileTest, CanBeAskedForWhileItChanges) {
  Open();
  std::atomic<bool> stop{false};
  std::thread asking([&] {
    while (!stop) EXPECT_TRUE(Json::accept(store->ManifestJson()->json));
  });
  for (int i = 0; i < 50; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  stop = true;
  asking.join();
}

TEST_F(ManifestFileTest, KeepsItsTagOverACleanStopOnly) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const std::string tag = store->ManifestJson()->etag;
  EXPECT_EQ(store->ManifestEtag(), tag) << "known without the text";
  Reopen();
  EXPECT_EQ(store->ManifestJson()->etag, tag);
  Publish(KeyOf("b"), "0001", Jpeg(1000));
  EXPECT_NE(store->ManifestEtag(), tag);
  options.addressing.endpoint = S3Endpoint{.scheme = "http", .host = "127.0.0.1", .port = 4569};
  const std::string newer = store->ManifestEtag();
  Reopen();
  EXPECT_NE(store->ManifestEtag(), newer) << "the text tells the endpoint";
}

// The same tests with a text that is read from the index into a file.
class LargeManifestTest : public StoreTest {
 protected:
  LargeManifestTest() { options.max_manifest_entries_in_memory = 2; }

  static std::string TextOf(const ManifestText& text) {
    std::string bytes(text.file_bytes, '\0');
    EXPECT_EQ(::pread(text.file->get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }
};

TEST_F(LargeManifestTest, IsTheVeryTextThatASmallOneHas) {
  Open();
  for (int i = 0; i < 30; ++i)
    Publish(KeyOf(std::to_string(i)), "000" + std::to_string(i % 3), Jpeg(500, i));
  const auto large = store->ManifestJson();
  ASSERT_TRUE(large->file);
  EXPECT_EQ(large->etag, store->ManifestEtag());
  const std::string text = TextOf(*large);
  EXPECT_EQ(text, ReadFile(cache_dir / "manifest.json")) << "it is manifest.json";
  EXPECT_EQ(store->ManifestJson(), large) << "made once for a revision";

  options.max_manifest_entries_in_memory = 1000;
  Reopen();
  const auto small = store->ManifestJson();
  ASSERT_FALSE(small->file);
  EXPECT_EQ(small->json, text);
  EXPECT_EQ(small->etag, large->etag);
}

TEST_F(LargeManifestTest, FollowsChangesAndKeepsOldTextsForTheirReaders) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  const auto old = store->ManifestJson();
  ASSERT_TRUE(Remove(KeyOf("1")));
  EXPECT_NE(store->ManifestEtag(), old->etag);
  const auto now = store->ManifestJson();
  EXPECT_EQ(now->etag, store->ManifestEtag());
  EXPECT_EQ(Json::parse(TextOf(*now))["entries"].size(), 4U);
  EXPECT_EQ(Json::parse(TextOf(*old))["entries"].size(), 5U);
  ASSERT_TRUE(ClearAll());
  EXPECT_FALSE(store->ManifestJson()->file) << "small again";
}

TEST_F(LargeManifestTest, IsNotWrittenAgainAfterACleanStop) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  EXPECT_TRUE(store->ManifestJson()->file);
  store.reset();
  const auto file = cache_dir / "manifest.json";
  EXPECT_EQ(Json::parse(ReadFile(file))["entries"].size(), 5U);
  const auto written = std::filesystem::last_write_time(file);
  Open();
  EXPECT_TRUE(store->ManifestJson()->file);
  EXPECT_EQ(std::filesystem::last_write_time(file), written);
  store.reset();
  WriteFile(file, ReadFile(file).substr(1));
  Open();
  EXPECT_TRUE(Json::accept(TextOf(*store->ManifestJson()))) << "somebody has broken it";
}

TEST_F(LargeManifestTest, IsGivenUpByAStop) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  const std::string before = TextOf(*store->ManifestJson());
  store.reset();
  const auto opened = CacheFolder::Open(options.cache_dir);
  ASSERT_TRUE(opened);
  std::atomic<bool> stopping{true};
  EXPECT_FALSE(WriteLargeManifest(**opened, "0123456789abcdef", options.addressing, stopping));
  EXPECT_EQ(ReadFile(cache_dir / "manifest.json"), before);
  EXPECT_EQ(FilesBeneath(cache_dir / "tmp").size(), 0U);
  stopping = false;
  EXPECT_TRUE(WriteLargeManifest(**opened, "0123456789abcdef", options.addressing, stopping));
}

TEST_F(LargeManifestTest, IsWrittenByTheNextStartWhenAStopHasLeftItBehind) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(500, i));
  store.reset();
  Open();
  EXPECT_TRUE(Eventually([&] {
    const Json json = Json::parse(ReadFile(cache_dir / "manifest.json"), nullptr, false);
    return json.is_object() && json["entries"].size() == 5;
  }));
}

TEST_F(LargeManifestTest, IsWholeWhileTheIndexChanges) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf("kept" + std::to_string(i)), "0001", Jpeg(500, i));
  std::atomic<bool> stop{false};
  std::thread asking([&] {
    while (!stop) {
      const auto json = Json::parse(TextOf(*store->ManifestJson()), nullptr, false);
      EXPECT_TRUE(json.is_object());
      EXPECT_GE(json["entries"].size(), 5U);
    }
  });
  for (int i = 0; i < 50; ++i) Publish(KeyOf(std::to_string(i)), "0002", Jpeg(500, i));
  stop = true;
  asking.join();
}

}  // namespace
}  // namespace image_cache::testing
