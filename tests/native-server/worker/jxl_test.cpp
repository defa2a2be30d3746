#include "native-server/worker/jxl.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/native-server/worker/test_jpeg.h"

namespace image_cache {
namespace {

using testing::NoisyJpeg;

constexpr std::size_t kPlenty = 1 << 20;

TEST(JxlTest, AJpegComesBackByteForByte) {
  const PictureBytes jpeg = NoisyJpeg(256, 192);
  const auto jxl = CompressJpeg(jpeg, kPlenty);
  ASSERT_TRUE(jxl) << jxl.error().detail;
  EXPECT_LT(jxl->size(), jpeg.size());
  const auto restored = RestoreJpeg(*jxl, kPlenty);
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(*restored, jpeg);
}

TEST(JxlTest, WhatIsBehindTheJpegComesBackToo) {
  PictureBytes jpeg = NoisyJpeg(32, 32);
  for (const char c : std::string("<something that a camera left>")) jpeg.push_back(c);
  const auto jxl = CompressJpeg(jpeg, kPlenty);
  ASSERT_TRUE(jxl) << jxl.error().detail;
  EXPECT_EQ(RestoreJpeg(*jxl, kPlenty).value(), jpeg);
}

TEST(JxlTest, ABufferThatIsTooSmallAtFirstGrows) {
  // Hundreds of equal blocks: the JPEG is many times as large as what is kept of it.
  const PictureBytes jpeg = NoisyJpeg(1024, 1024, /*noise=*/0);
  const auto jxl = CompressJpeg(jpeg, kPlenty);
  ASSERT_TRUE(jxl) << jxl.error().detail;
  ASSERT_LT(2 * jxl->size(), jpeg.size());
  EXPECT_EQ(RestoreJpeg(*jxl, kPlenty).value(), jpeg);
}

TEST(JxlTest, NothingIsGivenThatIsLargerThanAskedFor) {
  const PictureBytes jpeg = NoisyJpeg(64, 48);
  EXPECT_EQ(CompressJpeg(jpeg, 100).error().code, JxlError::kTooLarge);
  const auto jxl = CompressJpeg(jpeg, kPlenty);
  EXPECT_EQ(RestoreJpeg(*jxl, jpeg.size() - 1).error().code, JxlError::kTooLarge);
  EXPECT_TRUE(RestoreJpeg(*jxl, jpeg.size()));
}

TEST(JxlTest, WhatIsNoJpegIsRefused) {
  const PictureBytes nothing;
  const PictureBytes text{'t', 'e', 'x', 't'};
  for (const PictureBytes& bytes : {nothing, text}) {
    EXPECT_EQ(CompressJpeg(bytes, kPlenty).error().code, JxlError::kNotSupported);
    EXPECT_EQ(RestoreJpeg(bytes, kPlenty).error().code, JxlError::kBroken);
  }
}

TEST(JxlTest, DamagedBytesAreAnErrorOrAnotherPictureButNothingElse) {
  const PictureBytes jpeg = NoisyJpeg(64, 48);
  const auto jxl = CompressJpeg(jpeg, kPlenty);
  ASSERT_TRUE(jxl);
  for (std::size_t cut = 0; cut < jxl->size(); cut += 7) {
    EXPECT_FALSE(RestoreJpeg(std::span(*jxl).first(cut), kPlenty)) << cut;
  }
  for (std::size_t at = 0; at < jxl->size(); at += 11) {
    PictureBytes damaged = *jxl;
    damaged[at] ^= 0x55;
    const auto restored = RestoreJpeg(damaged, 2 * jpeg.size());
    EXPECT_LE(restored ? restored->size() : 0, 2 * jpeg.size()) << at;
  }
}

}  // namespace
}  // namespace image_cache
