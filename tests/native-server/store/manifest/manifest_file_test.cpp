// The manifest as text: for those who ask, and as manifest.json.

#include <atomic>
#include <nlohmann/json.hpp>

#include "shared/manifest/manifest_json.h"
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
    while (!stop) {
      std::string text = ReadFile(cache_dir / "manifest.json");
      if (text == last) continue;
      broken += Json::accept(text) ? 0 : 1;
      ++versions;
      last = std::move(text);
    }
  });
  // Until the file was seen in several versions, each a longer one.
  int published = 0;
  EXPECT_TRUE(Eventually([&] {
    Publish(KeyOf(std::to_string(published)), "0001", Jpeg(500, published));
    ++published;
    return versions >= 4;
  }));
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

}  // namespace
}  // namespace image_cache::testing
