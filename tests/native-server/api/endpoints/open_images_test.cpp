#include "native-server/api/endpoints/open_images.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::size_t kSmall = 1000;
constexpr std::size_t kLarge = 5000;
constexpr OpenImagesLimits kLimits{
    .images = 3, .bytes = 2 * kSmall, .image_in_memory_bytes = kSmall};

class OpenImagesTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    small_ = Publish(KeyOf("1/a"), "0001", Jpeg(kSmall, 1));
    large_ = Publish(KeyOf("2/a"), "0002", Jpeg(kLarge, 2));
    images_.emplace(*store, clock, kLimits);
  }

  // Opens it in the store and keeps it under its path.
  void Keep(const Entry& entry) {
    const auto path = LocalPath::Parse(entry.local_path);
    const std::uint64_t removals = store->removals();
    auto opened = store->OpenImage(*path);
    ASSERT_TRUE(opened);
    const FileDescription description{.size_bytes = opened->size_bytes,
                                      .modified_s = opened->modified_s,
                                      .etag = opened->etag,
                                      .content_type = "image/jpeg",
                                      .header_lines = {}};
    images_->Keep(
        entry.local_path,
        {.path = *path, .file = std::make_shared<ServedFile>(std::move(opened->fd), description)},
        removals);
  }
  std::shared_ptr<const ServedFile> Find(const Entry& entry) {
    const OpenPicture* picture = images_->Find(entry.local_path);
    return picture == nullptr ? nullptr : picture->file;
  }
  void PassCheckInterval() { clock.Advance(OpenImages::kCheckInterval.count()); }

  Entry small_, large_;
  std::optional<OpenImages> images_;
};

TEST_F(OpenImagesTest, FindsWhatItKeepsAndNothingElse) {
  EXPECT_FALSE(Find(small_));
  Keep(small_);
  const auto found = Find(small_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size_bytes(), kSmall);
  EXPECT_EQ(Find(small_), found);
  EXPECT_FALSE(Find(large_));
}

TEST_F(OpenImagesTest, ReadsSmallPicturesIntoMemoryAndLargeOnesNot) {
  Keep(small_);
  Keep(large_);
  EXPECT_EQ(Find(small_)->bytes(), Jpeg(kSmall, 1));
  EXPECT_TRUE(Find(large_)->bytes().empty());
  EXPECT_EQ(images_->Stats().bytes, kSmall);
}

TEST_F(OpenImagesTest, KeepsNoMorePicturesThanItMayAndForgetsTheOneAskedForTheLongestAgo) {
  Keep(small_);
  Keep(large_);
  const Entry third = Publish(KeyOf("3/a"), "0003", Jpeg(kLarge, 3));
  const Entry fourth = Publish(KeyOf("4/a"), "0004", Jpeg(kLarge, 4));
  Keep(third);
  ASSERT_TRUE(Find(small_));
  Keep(fourth);
  EXPECT_EQ(images_->Stats().images, kLimits.images);
  EXPECT_FALSE(Find(large_));
  EXPECT_TRUE(Find(small_));
  EXPECT_TRUE(Find(third));
  EXPECT_TRUE(Find(fourth));
}

TEST_F(OpenImagesTest, KeepsNoMoreBytesInMemoryThanItMay) {
  const Entry second = Publish(KeyOf("3/a"), "0003", Jpeg(kSmall, 3));
  const Entry third = Publish(KeyOf("4/a"), "0004", Jpeg(kSmall, 4));
  for (const Entry& entry : {small_, second, third}) {
    Keep(entry);
    EXPECT_FALSE(Find(entry)->bytes().empty());
    EXPECT_LE(images_->Stats().bytes, kLimits.bytes);
  }
  EXPECT_FALSE(Find(small_)) << "it made room";
}

TEST_F(OpenImagesTest, ServesNothingThatTheStoreHasRemoved) {
  Keep(small_);
  Keep(large_);
  ASSERT_TRUE(Remove(KeyOf("1/a")));
  EXPECT_FALSE(Find(small_));
  EXPECT_TRUE(Find(large_)) << "that one is still there";
  ASSERT_TRUE(ClearAll());
  EXPECT_FALSE(Find(large_));
}

TEST_F(OpenImagesTest, ServesNothingThatWasReplaced) {
  Keep(small_);
  const Entry newer = Publish(KeyOf("1/a"), "0001", Jpeg(kSmall, 9));
  ASSERT_NE(newer.local_path, small_.local_path);
  EXPECT_FALSE(Find(small_));
}

TEST_F(OpenImagesTest, NoticesWithinTheIntervalThatAFileWasDeletedBySomebodyElse) {
  Keep(small_);
  Keep(large_);
  std::filesystem::remove(FileOf(small_));
  PassCheckInterval();
  EXPECT_FALSE(Find(small_));
  EXPECT_TRUE(Find(large_));
}

TEST_F(OpenImagesTest, NoticesThatAFileIsNotWholeAnyMore) {
  Keep(large_);
  std::filesystem::resize_file(FileOf(large_), kLarge - 1);
  PassCheckInterval();
  EXPECT_FALSE(Find(large_));
}

TEST_F(OpenImagesTest, LetsGoOfRemovedPicturesThoughNobodyAsksForThem) {
  Keep(small_);
  Keep(large_);
  const std::weak_ptr<const ServedFile> removed = Find(small_);
  ASSERT_TRUE(Remove(KeyOf("1/a")));
  images_->Sweep();
  EXPECT_TRUE(removed.expired());
  EXPECT_EQ(images_->Stats().images, 1U);
  EXPECT_EQ(images_->Stats().bytes, 0U);
  std::filesystem::remove(FileOf(large_));
  PassCheckInterval();
  images_->Sweep();
  EXPECT_EQ(images_->Stats().images, 0U);
}

TEST_F(OpenImagesTest, AnAnswerThatIsBeingSentKeepsItsFile) {
  Keep(large_);
  const auto sending = Find(large_);
  ASSERT_TRUE(ClearAll());
  images_->Sweep();
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(FileOf(large_)); }));
  std::array<char, kLarge> bytes{};
  ASSERT_EQ(::pread(sending->fd().get(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(kLarge));
  EXPECT_EQ(std::string(bytes.data(), bytes.size()), Jpeg(kLarge, 2));
}

TEST_F(OpenImagesTest, KeepsNothingUnderANameWithoutEnd) {
  Keep(small_);
  const auto path = LocalPath::Parse(small_.local_path);
  images_->Keep(std::string(5000, 'x'), {.path = *path, .file = nullptr}, store->removals());
  EXPECT_EQ(images_->Stats().images, 1U);
}

}  // namespace
}  // namespace image_cache::testing
