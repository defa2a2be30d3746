// What is not a whole, sound picture leaves nothing behind.

#include <unistd.h>

#include <algorithm>
#include <future>
#include <vector>

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class PendingImageTest : public StoreTest {
 protected:
  void ExpectNothingLeft() {
    EXPECT_EQ(TemporaryPictures(), 0U);
    EXPECT_THAT(FilesBeneath(cache_dir / "images"), ::testing::IsEmpty());
    EXPECT_EQ(store->Stats().totals.entries, 0U);
  }
};

TEST_F(PendingImageTest, LeavesNothingWhenItIsGivenUp) {
  Open();
  {
    auto image = store->Begin("0001", 100'000);
    ASSERT_TRUE(image);
    ASSERT_TRUE((*image)->Append(Jpeg(50'000)));
    EXPECT_EQ((*image)->size_bytes(), 50'000U);
    EXPECT_EQ(TemporaryPictures(), 1U);
  }
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, GivesItsSpaceBackWhenItIsGivenUp) {
  options.max_size_bytes = LimitFor(64 * 1024, 1, 1);
  Open();
  for (int i = 0; i < 5; ++i) {
    auto image = store->Begin("0001", 60 * 1024);
    ASSERT_TRUE(image) << image.error().detail;
    ASSERT_TRUE((*image)->Append(Jpeg(60 * 1024)));
  }
}

TEST_F(PendingImageTest, RefusesWhatIsNotAPictureAtItsFirstBytes) {
  Open();
  {
    auto image = store->Begin("0001", 100'000);
    ASSERT_TRUE(image);
    const std::string html = "<!doctype html><title>Access denied</title>" + std::string(500, ' ');
    const auto appended = (*image)->Append(html);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, StoreError::kNotAPicture);
  }
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, TellsAPictureThatComesByteByByte) {
  Open();
  const std::string content = Jpeg(200);
  auto image = store->Begin("0001", 0);
  ASSERT_TRUE(image);
  for (const char& byte : content) ASSERT_TRUE((*image)->Append({&byte, 1}));
  EXPECT_EQ((*image)->size_bytes(), 200U);
}

TEST_F(PendingImageTest, CanBeReadWhileItIsWrittenAndWhereverItGoes) {
  Open();
  const auto read = [](const UniqueFd& fd) {
    std::string bytes(200, '\0');
    const ssize_t count = ::pread(fd.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return bytes;
  };
  const std::string content = Jpeg(200);
  auto given_up = store->Begin("0001", 200);
  auto published = store->Begin("0001", 200);
  ASSERT_TRUE(given_up && published);
  std::vector<UniqueFd> readers;
  for (PendingImage* image : {given_up->get(), published->get()}) {
    EXPECT_EQ(image->head().type(), std::nullopt);
    ASSERT_TRUE(image->Append(std::span(content).first(100)));
    EXPECT_EQ(image->head().type(), ImageType::kJpeg);
    auto fd = image->OpenForReading();
    ASSERT_TRUE(fd);
    EXPECT_EQ(read(*fd), content.substr(0, 100));
    readers.push_back(std::move(*fd));
    ASSERT_TRUE(image->Append(std::span(content).last(100)));
  }
  given_up->reset();
  std::promise<Result<Entry, StoreError>> outcome;
  store->Publish(std::move(*published), Named(KeyOf("a"), "0001"),
                 [&](auto entry) { outcome.set_value(std::move(entry)); });
  ASSERT_TRUE(outcome.get_future().get());
  std::filesystem::remove_all(cache_dir);
  for (const UniqueFd& reader : readers) EXPECT_EQ(read(reader), content);
}

TEST_F(PendingImageTest, RefusesShortAndEmptyContentThatIsNoPicture) {
  Open();
  for (const std::string content : {"", "GIF", "not a picture"}) {
    const auto entry = TryPublish(KeyOf("a"), "0001", content);
    ASSERT_FALSE(entry) << content;
    EXPECT_EQ(entry.error().code, StoreError::kNotAPicture);
  }
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, RefusesALengthThatIsTooLargeBeforeReading) {
  options.max_image_bytes = 1000;
  Open();
  const auto image = store->Begin("0001", 1001);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, StoreError::kTooLarge);
  EXPECT_TRUE(store->Begin("0001", 1000));
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, RefusesAPictureThatGrowsTooLarge) {
  options.max_image_bytes = 1000;
  Open();
  {
    auto image = store->Begin("0001", 0);
    ASSERT_TRUE(image);
    ASSERT_TRUE((*image)->Append(Jpeg(1000)));
    const auto appended = (*image)->Append(std::string("x"));
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code, StoreError::kTooLarge);
  }
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, IsNotPublishedAfterAnError) {
  options.max_image_bytes = 1000;
  Open();
  auto image = store->Begin("0001", 0);
  ASSERT_TRUE(image);
  ASSERT_TRUE((*image)->Append(Jpeg(1000)));
  ASSERT_FALSE((*image)->Append(std::string("x")));
  std::promise<Result<Entry, StoreError>> outcome;
  store->Publish(std::move(*image), Named(KeyOf("a"), "0001"),
                 [&](auto entry) { outcome.set_value(std::move(entry)); });
  EXPECT_FALSE(outcome.get_future().get());
  ExpectNothingLeft();
}

TEST_F(PendingImageTest, RefusesAPictureLargerThanTheWholeCache) {
  options.max_size_bytes = 8192;
  Open();
  const auto image = store->Begin("0001", 8193);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, StoreError::kTooLarge);
}

}  // namespace
}  // namespace image_cache::testing
