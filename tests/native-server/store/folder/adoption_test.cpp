// A folder that an earlier system left: manifest.json and pictures, no index.

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "native-server/store/index/sqlite_manifest_store.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using Json = nlohmann::json;

class AdoptionTest : public StoreTest {
 protected:
  // As an earlier system wrote it: the URL as it was asked for, a file name of its own.
  void Leave(const std::string& url, const std::string& file_name, std::size_t size_bytes,
             std::int64_t cached_at_ms = 1729176000000) {
    entries[url] = {{"s3_url", url},
                    {"local_path", ".image-cache/images/0001/" + file_name},
                    {"cached_at", cached_at_ms},
                    {"size_bytes", size_bytes},
                    {"actor_id", "0001"},
                    {"filename", "0001_european_16_male_0.jpg"},
                    {"etag", "\"abc123...\""}};
    const Json document = {
        {"version", "1.0"}, {"last_updated", 1729176000000}, {"entries", entries}};
    WriteFile(cache_dir / "manifest.json", document.dump());
  }
  void LeaveFile(const std::string& file_name, const std::string& content) {
    WriteFile(cache_dir / "images/0001" / file_name, content);
  }

  Json entries = Json::object();
};

TEST_F(AdoptionTest, TakesOverPicturesWithTheirNames) {
  Leave(KeyOf("0001/image.jpg"), "0001_abc123.jpg", 1000);
  LeaveFile("0001_abc123.jpg", Jpeg(1000));
  Open();
  EXPECT_EQ(Serve(".image-cache/images/0001/0001_abc123.jpg"), Jpeg(1000));
  const auto entry = store->Find(KeyOf("0001/image.jpg"));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->etag, "\"abc123...\"");
  EXPECT_EQ(entry->filename, "0001_european_16_male_0.jpg");
  EXPECT_EQ(entry->cached_at_ms, 1729176000000);
}

TEST_F(AdoptionTest, HappensOnce) {
  Leave(KeyOf("0001/image.jpg"), "0001_abc123.jpg", 1000);
  LeaveFile("0001_abc123.jpg", Jpeg(1000));
  Open();
  ASSERT_TRUE(Remove(KeyOf("0001/image.jpg")));
  store.reset();
  LeaveFile("0001_abc123.jpg", Jpeg(1000));
  Leave(KeyOf("0001/image.jpg"), "0001_abc123.jpg", 1000);
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 0U);
}

TEST_F(AdoptionTest, KeepsWhatWasAdoptedOverARestart) {
  Leave(KeyOf("0001/image.jpg"), "0001_abc123.jpg", 1000);
  LeaveFile("0001_abc123.jpg", Jpeg(1000));
  Open();
  Reopen();
  EXPECT_EQ(Serve(".image-cache/images/0001/0001_abc123.jpg"), Jpeg(1000));
}

TEST_F(AdoptionTest, LeavesOutWhatIsNotThereOrNotWhole) {
  Leave(KeyOf("missing"), "0001_aaa.jpg", 1000);
  Leave(KeyOf("short"), "0001_bbb.jpg", 1000);
  LeaveFile("0001_bbb.jpg", Jpeg(999));
  Leave(KeyOf("escaping"), "../../../secret.jpg", 1000);
  Leave(KeyOf("good"), "0001_ccc.jpg", 1000);
  LeaveFile("0001_ccc.jpg", Jpeg(1000));
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  EXPECT_TRUE(store->Find(KeyOf("good")));
  EXPECT_EQ(ReadFile(cache_dir / "images/0001/0001_bbb.jpg"), Jpeg(999)) << "it was deleted";
}

// A disk that cannot read one file.
class SickFile final : public SystemFiles {
 public:
  explicit SickFile(std::string name) : name_(std::move(name)) {}

  ErrnoResult<UniqueFd> Open(int folder_fd, const std::string& path, int flags,
                             mode_t mode) override {
    if (path.ends_with(name_)) return tl::make_unexpected(EIO);
    return SystemFiles::Open(folder_fd, path, flags, mode);
  }

 private:
  const std::string name_;
};

TEST_F(AdoptionTest, BelievesWhatCannotBeLookedAtNow) {
  Leave(KeyOf("sick"), "0001_aaa.jpg", 1000);
  LeaveFile("0001_aaa.jpg", Jpeg(1000));
  options.files = std::make_shared<SickFile>("0001_aaa.jpg");
  Open();
  EXPECT_TRUE(store->Find(KeyOf("sick")));
}

TEST_F(AdoptionTest, NamesOnlyTheFirstOfManyThatItLeavesOut) {
  for (int i = 0; i < 100; ++i) {
    Leave(KeyOf(std::to_string(i)), "0001_" + std::to_string(i) + ".jpg", 1000);
  }
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  Open();
  store.reset();
  spdlog::set_default_logger(before);
  const std::string text = log.str();
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 15);
  EXPECT_THAT(text, ::testing::HasSubstr("left 100 out"));
}

TEST_F(AdoptionTest, BringsSignedUrlsToTheirKey) {
  Leave(KeyOf("a.jpg") + "?X-Amz-Signature=abc&X-Amz-Date=20241017T000000Z", "0001_aaa.jpg", 1000);
  LeaveFile("0001_aaa.jpg", Jpeg(1000));
  Open();
  EXPECT_TRUE(store->Find(KeyOf("a.jpg")));
}

TEST_F(AdoptionTest, GivesAFileToOneEntryOnly) {
  Leave(KeyOf("a.jpg"), "0001_aaa.jpg", 1000);
  Leave(KeyOf("b.jpg"), "0001_aaa.jpg", 1000);
  LeaveFile("0001_aaa.jpg", Jpeg(1000));
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(AdoptionTest, SetsABrokenManifestAsideAndStarts) {
  WriteFile(cache_dir / "manifest.json", "{ this is not json");
  LeaveFile("0001_aaa.jpg", Jpeg(1000));
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 0U);
  const auto aside = cache_dir / ("manifest.json.broken-" + std::to_string(clock.NowMs()));
  EXPECT_EQ(ReadFile(aside), "{ this is not json");
  EXPECT_EQ(ReadFile(cache_dir / "images/0001/0001_aaa.jpg"), Jpeg(1000));
}

TEST_F(AdoptionTest, SetsAnUnknownVersionAside) {
  WriteFile(cache_dir / "manifest.json", R"({"version": "2.0", "entries": {}})");
  Open();
  EXPECT_TRUE(std::filesystem::exists(cache_dir /
                                      ("manifest.json.broken-" + std::to_string(clock.NowMs()))));
}

TEST_F(AdoptionTest, LeavesOutWhatIsNoPictureOfItsFormat) {
  Leave(KeyOf("page"), "0001_aaa.jpg", 1000);
  LeaveFile("0001_aaa.jpg", "<html>" + std::string(994, ' '));
  Leave(KeyOf("renamed"), "0001_bbb.png", 1000);
  LeaveFile("0001_bbb.png", Jpeg(1000));
  Leave(KeyOf("good"), "0001_ccc.jpg", 1000);
  LeaveFile("0001_ccc.jpg", Jpeg(1000));
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  EXPECT_TRUE(store->Find(KeyOf("good")));
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), 3U) << "it is not ours to delete";
}

TEST_F(AdoptionTest, DropsAPictureWithAnotherHashBeforeItIsServed) {
  Leave(KeyOf("wrong"), "0001_aaa.jpg", 1000);
  LeaveFile("0001_aaa.jpg", Jpeg(1000, 1));
  entries[KeyOf("wrong")]["sha256"] = std::string(64, 'a');
  Leave(KeyOf("right"), "0001_bbb.jpg", 1000);
  LeaveFile("0001_bbb.jpg", Jpeg(1000, 2));
  Open();
  EXPECT_EQ(Serve(".image-cache/images/0001/0001_aaa.jpg"), std::nullopt);
  EXPECT_EQ(Serve(".image-cache/images/0001/0001_bbb.jpg"), Jpeg(1000, 2));
  EXPECT_FALSE(store->Find(KeyOf("wrong")));
}

TEST_F(AdoptionTest, AdoptsAgainWhenTheStartWasKilledBeforeItHadAdopted) {
  Leave(KeyOf("a"), "0001_00000000deadbeef.jpg", 1000);
  LeaveFile("0001_00000000deadbeef.jpg", Jpeg(1000));
  // What such a start leaves: an index with tables and nothing in them.
  WriteFile(cache_dir / "index.sqlite", "");
  ASSERT_TRUE(SqliteManifestStore::Open((cache_dir / "index.sqlite").string()));
  Open();
  EXPECT_EQ(Serve(".image-cache/images/0001/0001_00000000deadbeef.jpg"), Jpeg(1000));
}

// Each is a value of a field that somebody else may have written.
class HostileAdoptionTest : public AdoptionTest,
                            public ::testing::WithParamInterface<std::pair<const char*, Json>> {};

TEST_P(HostileAdoptionTest, LeavesTheEntryOutAndKeepsTheOthers) {
  const auto& [field, value] = GetParam();
  LeaveFile("0001_aaa.jpg", Jpeg(1000));
  LeaveFile("0001_bbb.jpg", Jpeg(1000));
  WriteFile(folder.path() / "secret.jpg", Jpeg(1000));
  Leave(KeyOf("hostile"), "0001_aaa.jpg", 1000);
  entries[KeyOf("hostile")][field] = value;
  Leave(KeyOf("good"), "0001_bbb.jpg", 1000);
  Open();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  EXPECT_TRUE(store->Find(KeyOf("good")));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, HostileAdoptionTest,
    ::testing::Values(
        std::pair("local_path", Json(".image-cache/images/../../secret.jpg")),
        std::pair("local_path", Json(".image-cache/images/0001/../../../secret.jpg")),
        std::pair("local_path", Json("/etc/passwd")), std::pair("local_path", Json("")),
        std::pair("local_path", Json(17)), std::pair("local_path", Json::array()),
        std::pair("local_path", Json(std::string(".image-cache/images/0001/a\0.jpg", 31))),
        std::pair("actor_id", Json("../0001")), std::pair("actor_id", Json(nullptr)),
        std::pair("size_bytes", Json(-1)), std::pair("size_bytes", Json(1e300)),
        std::pair("size_bytes", Json("1000")), std::pair("size_bytes", Json(999)),
        std::pair("cached_at", Json("yesterday")), std::pair("cached_at", Json(-5)),
        std::pair("etag", Json("\"a\"\r\nSet-Cookie: b=c")), std::pair("sha256", Json("abc")),
        std::pair("s3_url", Json("file:///etc/passwd")), std::pair("s3_url", Json::object())));

TEST_F(AdoptionTest, SetsATruncatedManifestAsideWhereverItWasCut) {
  Leave(KeyOf("a"), "0001_aaa.jpg", 1000);
  const std::string whole = ReadFile(cache_dir / "manifest.json");
  for (const std::size_t length : {std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    std::filesystem::remove_all(cache_dir);
    LeaveFile("0001_aaa.jpg", Jpeg(1000));
    WriteFile(cache_dir / "manifest.json", whole.substr(0, length));
    Open();
    EXPECT_EQ(store->Stats().totals.entries, 0U);
    EXPECT_TRUE(std::filesystem::exists(cache_dir /
                                        ("manifest.json.broken-" + std::to_string(clock.NowMs()))));
    EXPECT_EQ(ReadFile(cache_dir / "images/0001/0001_aaa.jpg"), Jpeg(1000));
    store.reset();
  }
}

}  // namespace
}  // namespace image_cache::testing
