#include "native-server/store/smaller/smaller_pictures.h"

#include <filesystem>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

class SmallerPicturesTest : public StoreTest {
 protected:
  [[nodiscard]] LocalPath PublishOne(const std::string& name,
                                     const std::string& actor_id = "0001") {
    const Entry entry = Publish(KeyOf(name), actor_id, Jpeg(5000, static_cast<int>(name.size())));
    return *LocalPath::Parse(entry.local_path);
  }
  Result<void, StoreError> Keep(const LocalPath& original, int width,
                                const std::string& content = Jpeg(2000)) {
    return store->smaller().Keep({.original = original, .width = width, .type = ImageType::kJpeg},
                                 content);
  }
  [[nodiscard]] bool Has(const LocalPath& original, int width) {
    return store->smaller().Open(original, width).has_value();
  }
  // As Keep names it.
  [[nodiscard]] static std::string FileName(const LocalPath& original, int width,
                                            const std::string& content = Jpeg(2000)) {
    return SmallerName{.original = original,
                       .width = width,
                       .type = ImageType::kJpeg,
                       .content_hash = SmallerContentHash(content)}
        .FileName();
  }
  [[nodiscard]] std::filesystem::path FolderOf(const std::string& actor_id) const {
    return cache_dir / "smaller" / actor_id;
  }
};

TEST_F(SmallerPicturesTest, GivesWhatWasKept) {
  Open();
  const LocalPath original = PublishOne("a");
  EXPECT_EQ(store->smaller().Open(original, 64).error().code, StoreError::kNotFound);
  ASSERT_TRUE(Keep(original, 64));
  const auto image = store->smaller().Open(original, 64);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->size_bytes, 2000U);
  EXPECT_EQ(image->object_bytes, 5000U);
  EXPECT_EQ(image->type, ImageType::kJpeg);
  EXPECT_EQ(image->etag, "\"" + FileName(original, 64) + "\"");
  EXPECT_FALSE(Has(original, 128));
}

TEST_F(SmallerPicturesTest, KeepsNothingThatIsNotWhatItIsSaidToBe) {
  Open();
  const LocalPath original = PublishOne("a");
  EXPECT_EQ(Keep(original, 64, "<html>").error().code, StoreError::kNotAPicture);
  // A JPEG of 16 × 16.
  EXPECT_EQ(Keep(original, 8).error().code, StoreError::kNotAPicture);
  EXPECT_FALSE(std::filesystem::exists(FolderOf("0001")));
}

TEST_F(SmallerPicturesTest, GoWithTheirPicture) {
  Open();
  const LocalPath original = PublishOne("a");
  const std::uint64_t before = store->Stats().space.used_bytes;
  ASSERT_TRUE(Keep(original, 64));
  ASSERT_TRUE(Keep(original, 128));
  EXPECT_EQ(store->Stats().smaller.pictures, 2U);
  EXPECT_GT(store->Stats().space.used_bytes, before);
  ASSERT_TRUE(Remove(KeyOf("a")));
  EXPECT_FALSE(Has(original, 64));
  AwaitUnlinking();
  EXPECT_TRUE(Eventually([this] { return store->Stats().smaller.pictures == 0; }));
  EXPECT_EQ(store->Stats().smaller.bytes, 0U);
  EXPECT_FALSE(std::filesystem::exists(FolderOf("0001")));
}

TEST_F(SmallerPicturesTest, AreNotKeptOfAPictureThatIsGone) {
  Open();
  const LocalPath original = PublishOne("a");
  ASSERT_TRUE(Remove(KeyOf("a")));
  EXPECT_EQ(Keep(original, 64).error().code, StoreError::kNotFound);
  EXPECT_EQ(TemporaryPictures(), 0U);
  EXPECT_FALSE(std::filesystem::exists(FolderOf("0001")));
}

TEST_F(SmallerPicturesTest, OutliveACleanStop) {
  Open();
  const LocalPath original = PublishOne("a");
  ASSERT_TRUE(Keep(original, 64));
  Reopen();
  EXPECT_TRUE(Has(original, 64));
  EXPECT_EQ(store->Stats().smaller.pictures, 1U);
}

TEST_F(SmallerPicturesTest, LeaveFilesOfOthersAlone) {
  Open();
  const LocalPath original = PublishOne("a");
  ASSERT_TRUE(Keep(original, 64));
  store.reset();
  const auto note = FolderOf("0001") / "note.txt";
  const auto orphan = FolderOf("0001") / "0001_0123456789abcdef.jpg.w64.0123456789abcdef.jpg";
  std::filesystem::copy_file(FolderOf("0001") / FileName(original, 64), orphan);
  std::filesystem::copy_file(orphan, note);
  Open();
  EXPECT_TRUE(std::filesystem::exists(note));
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_TRUE(Has(original, 64));
}

TEST_F(SmallerPicturesTest, KeepOneOfAWidthAndCallAnotherContentAnotherName) {
  Open();
  const LocalPath original = PublishOne("a");
  ASSERT_TRUE(Keep(original, 64));
  ASSERT_TRUE(Keep(original, 64, Jpeg(2000, 1)));
  EXPECT_EQ(store->Stats().smaller.pictures, 1U);
  const auto image = store->smaller().Open(original, 64);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->etag, "\"" + FileName(original, 64, Jpeg(2000, 1)) + "\"");
  EXPECT_FALSE(std::filesystem::exists(FolderOf("0001") / FileName(original, 64)));
}

TEST_F(SmallerPicturesTest, TakeTheirShareOfTheSpaceAndNoMore) {
  options.max_size_bytes = 4 * kMiB;
  Open();
  const LocalPath original = PublishOne("a");
  // Each takes three blocks with its folder; the share is half a mebibyte.
  constexpr int kFirst = 16;
  constexpr int kLast = 200;
  for (int width = kFirst; width <= kLast; ++width) ASSERT_TRUE(Keep(original, width));
  const SmallerStats stats = store->Stats().smaller;
  EXPECT_EQ(stats.max_bytes, options.max_size_bytes / SmallerPictures::kShare);
  EXPECT_LE(stats.bytes, stats.max_bytes);
  EXPECT_EQ(stats.pictures + stats.evicted, static_cast<std::uint64_t>(kLast - kFirst + 1));
  EXPECT_TRUE(Has(original, kLast));
  EXPECT_FALSE(Has(original, kFirst));
}

TEST_F(SmallerPicturesTest, AreForgottenWhenSomebodyRemovesThem) {
  Open();
  const LocalPath original = PublishOne("a");
  ASSERT_TRUE(Keep(original, 64));
  std::filesystem::remove_all(cache_dir / "smaller");
  EXPECT_FALSE(Has(original, 64));
  EXPECT_EQ(store->Stats().smaller.pictures, 0U);
  EXPECT_TRUE(Keep(original, 64));
  EXPECT_TRUE(Has(original, 64));
}

TEST(SmallerNameTest, ReadsOnlyWhatItWrites) {
  const auto original = *LocalPath::Parse(std::string(kLocalPathPrefix) + "0001/0001_ab.png");
  const SmallerName name{.original = original,
                         .width = 256,
                         .type = ImageType::kWebp,
                         .content_hash = "0123456789abcdef"};
  EXPECT_EQ(name.FileName(), "0001_ab.png.w256.0123456789abcdef.webp");
  const auto read = SmallerName::Parse("0001", name.FileName());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->original, original);
  EXPECT_EQ(read->width, 256);
  EXPECT_EQ(read->content_hash, "0123456789abcdef");
  for (const char* text :
       {"0001_ab.png", "0001_ab.png.w256", "0001_ab.png.w256.png", "0001_ab.png.w256.jpg",
        "0001_ab.png.w256.0123456789abcdef", "0001_ab.png.w256.0123456789abcdef.png",
        "0001_ab.png.w256.0123456789abcde.jpg", "0001_ab.png.w256.0123456789ABCDEF.jpg",
        "0001_ab.png.w0256.0123456789abcdef.jpg", "0001_ab.png.w-1.0123456789abcdef.jpg",
        "0001_ab.png.w0.0123456789abcdef.jpg", "0001_ab.png.w256.0123456789abcdef.JPG",
        ".w256.0123456789abcdef.jpg", "0001_ab.png.w99999999999.0123456789abcdef.jpg",
        "0001_ab.png.w256x.0123456789abcdef.jpg", "0001_ab.txt.w256.0123456789abcdef.jpg"}) {
    EXPECT_FALSE(SmallerName::Parse("0001", text)) << text;
  }
}

}  // namespace
}  // namespace image_cache::testing
