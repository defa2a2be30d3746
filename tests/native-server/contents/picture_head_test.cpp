#include "native-server/contents/picture_head.h"

#include <gtest/gtest.h>

#include <string>

#include "native-server/contents/svg_head.h"

namespace image_cache {
namespace {

using namespace std::string_literals;

const auto kPng = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\0\0\0\2\0\x08\x02\0\0\0"s;  // 256 × 512
const std::string kJpegStart = "\xFF\xD8";
const auto kFrame = "\xFF\xC0\0\x0B\x08\x01\0\x02\0\x01\x01\x11\0"s;  // 512 × 256
const std::string kSvg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>";

std::string Metadata(std::size_t segments) {
  std::string bytes;
  for (std::size_t i = 0; i < segments; ++i) bytes += "\xFF\xE1\xFF\xFF" + std::string(65533, '\0');
  return bytes;
}

// All at once and byte by byte must tell the same.
Result<ImageType, ContentError> TypeOf(const std::string& file, const ContentRules& rules = {}) {
  const auto read = [&](std::size_t step) -> Result<ImageType, ContentError> {
    PictureHead head(rules);
    for (std::size_t at = 0; at < file.size(); at += step) {
      const std::string_view piece = std::string_view(file).substr(at, step);
      if (auto told = head.Append(piece); !told) return tl::make_unexpected(told.error());
    }
    return head.Finish();
  };
  const auto whole = read(file.size() + 1);
  EXPECT_EQ(read(1), whole);
  return whole;
}

ContentError ErrorOf(const std::string& file, const ContentRules& rules = {}) {
  const auto type = TypeOf(file, rules);
  EXPECT_FALSE(type);
  return type ? ContentError{} : type.error().code;
}

TEST(PictureHeadTest, TellsATypeAndASize) {
  PictureHead head{ContentRules{}};
  ASSERT_TRUE(head.Append(kPng.substr(0, 20)));
  EXPECT_EQ(head.type(), ImageType::kPng);
  EXPECT_FALSE(head.MayBeShown());
  ASSERT_TRUE(head.Append(kPng.substr(20)));
  EXPECT_TRUE(head.MayBeShown());
  EXPECT_EQ(head.size(), (PictureSize{.width = 256, .height = 512}));
}

TEST(PictureHeadTest, RefusesWhatIsNoPicture) {
  EXPECT_EQ(ErrorOf("<html><body><svg/></body></html> and more text than is looked at"),
            ContentError::kNotAPicture);
  EXPECT_EQ(ErrorOf(""), ContentError::kNotAPicture);
  EXPECT_EQ(ErrorOf("GIF8"), ContentError::kNotAPicture);
  EXPECT_EQ(ErrorOf(std::string(2 * kSvgLookAheadBytes, ' ')), ContentError::kNotAPicture);
}

TEST(PictureHeadTest, RefusesMorePixelsThanAllowed) {
  const ContentRules exact{.max_pixels = 256 * 512};
  const ContentRules one_less{.max_pixels = 256 * 512 - 1};
  for (const std::string& file : {kPng, kJpegStart + kFrame, kJpegStart + Metadata(3) + kFrame}) {
    EXPECT_TRUE(TypeOf(file, exact));
    EXPECT_EQ(ErrorOf(file, one_less), ContentError::kTooManyPixels);
  }
  auto bomb = kPng;
  bomb.replace(16, 8, "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF");
  EXPECT_EQ(ErrorOf(bomb), ContentError::kTooManyPixels);
}

TEST(PictureHeadTest, IsShownBeforeItsSizeIsKnownOnlyBehindMuchMetadata) {
  const std::string file = kJpegStart + Metadata(2) + kFrame;
  PictureHead head{ContentRules{.max_pixels = 1000}};
  ASSERT_TRUE(head.Append(file.substr(0, kMaxUnmeasuredBytes - 1)));
  EXPECT_FALSE(head.MayBeShown());
  ASSERT_TRUE(head.Append(file.substr(kMaxUnmeasuredBytes - 1, 1)));
  EXPECT_TRUE(head.MayBeShown());
  const auto rest = head.Append(file.substr(kMaxUnmeasuredBytes));
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, ContentError::kTooManyPixels);
}

TEST(PictureHeadTest, TakesSvgOnlyWhenToldTo) {
  EXPECT_EQ(TypeOf(kSvg, {.takes_svg = true}), ImageType::kSvg);
  const auto refused = TypeOf(kSvg);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ContentError::kNotAPicture);
  EXPECT_NE(refused.error().detail.find("--svg"), std::string::npos);
  const std::string late = "<!--" + std::string(3000, 'x') + "-->" + kSvg;
  EXPECT_EQ(TypeOf(late, {.takes_svg = true}), ImageType::kSvg);
}

TEST(PictureHeadTest, WaitsForTheRootElementOfAnSvg) {
  PictureHead head{ContentRules{.takes_svg = true}};
  ASSERT_TRUE(head.Append("<!--" + std::string(100, 'x')));
  EXPECT_FALSE(head.MayBeShown());
  EXPECT_EQ(head.type(), std::nullopt);
  ASSERT_TRUE(head.Append("-->" + kSvg));
  EXPECT_TRUE(head.MayBeShown());
}

}  // namespace
}  // namespace image_cache
