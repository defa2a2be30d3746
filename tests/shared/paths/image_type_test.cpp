#include "shared/paths/image_type.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace image_cache {
namespace {

using std::string_literals::operator""s;

struct Sample {
  std::string head;
  ImageType type;
};

std::vector<Sample> Samples() {
  return {
      {"\xFF\xD8\xFF\xE0\0\x10JFIF\0"s, ImageType::kJpeg},
      {"\xFF\xD8\xFF\xE1"s, ImageType::kJpeg},
      {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s, ImageType::kPng},
      {"GIF87a\1\0\1\0"s, ImageType::kGif},
      {"GIF89a\1\0\1\0"s, ImageType::kGif},
      {"RIFF\x24\0\0\0WEBPVP8 "s, ImageType::kWebp},
      {"RIFF\x24\0\0\0WEBPVP8L"s, ImageType::kWebp},
      {"RIFF\x24\0\0\0WEBPVP8X"s, ImageType::kWebp},
      {"\0\0\0\x20"
       "ftypavif\0\0\0\0avifmif1miaf"s,
       ImageType::kAvif},
      {"\0\0\0\x20"
       "ftypavis\0\0\0\0avismsf1miaf"s,
       ImageType::kAvif},
      {"\0\0\0\x1C"
       "ftypmif1\0\0\0\0mif1avif"s,
       ImageType::kAvif},
      {"\0\0\x01\0"
       "ftypavif\0\0\0\0avifmif1miaf"s,
       ImageType::kAvif},
      {"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"s, ImageType::kBmp},
      {"BM\x36\0\0\0\0\0\0\0\x8A\0\0\0\x7C\0\0\0"s, ImageType::kBmp},
      {"II\x2A\0\x08\0\0\0"s, ImageType::kTiff},
      {"MM\0\x2A\0\0\0\x08"s, ImageType::kTiff},
      {"II\x2B\0\x08\0\0\0"s, ImageType::kTiff},
      {"\xFF\x0A\x11"s, ImageType::kJxl},
      {"\0\0\0\x0CJXL \r\n\x87\n"s, ImageType::kJxl},
      {"\0\0\x01\0\x01\0\x10\x10"s, ImageType::kIco},
  };
}

TEST(ImageTypeTest, TellsFormatsByTheirFirstBytes) {
  for (const Sample& sample : Samples()) {
    EXPECT_EQ(SniffImageType(sample.head), sample.type) << testing::PrintToString(sample.head);
  }
}

TEST(ImageTypeTest, NeverChangesItsMindWhenMoreBytesCome) {
  for (const Sample& sample : Samples()) {
    for (std::size_t length = 0; length <= sample.head.size(); ++length) {
      const auto type = SniffImageType(sample.head.substr(0, length));
      EXPECT_EQ(type.value_or(sample.type), sample.type) << testing::PrintToString(sample.head);
    }
  }
}

TEST(ImageTypeTest, RefusesWhatIsNotAPicture) {
  for (const std::string& head : {
           ""s,
           "<!DOCTYPE html><html>"s,
           "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">"s,
           "<svg onload=alert(1)>"s,
           "<Error><Code>NoSuchKey</Code></Error>"s,
           "%PDF-1.7"s,
           "BMW is a maker of cars and motorcycles"s,
           "BM"s,
           "GIF90a"s,
           "GIF"s,
           "RIFF\x24\0\0\0WAVEfmt "s,
           "RIFF\x24\0\0\0WEBPXXXX"s,
           "\0\0\0\x18"
           "ftypmp42\0\0\0\0mp42isom"s,
           "\0\0\0\x18"
           "ftypheic\0\0\0\0mif1heic"s,
           "\0\0\0\x14"
           "ftypheic\0\0\0\0mif1avif"s,  // beyond the box
           "<!--ftypavif\0\0\0\0avif-->"s,
           "\0\0\x02\0\x01\0"s,  // a cursor
           "\0\0\x01\0\0\0"s,    // an icon without an image
           "\0\0\x01\0"
           "ftypheic\0\0\0\0mif1heic"s,  // a box of 256 bytes, not an icon
           "\0\0\x01\xBA"s,
           "\xFF\xD8"s,
           "\xFF\xFB\x90"s,
           "\x7F"
           "ELF"s,
           "MZ\x90\0"s,
           "PK\x03\x04"s,
           " \xFF\xD8\xFF\xE0"s,
       }) {
    EXPECT_FALSE(SniffImageType(head)) << testing::PrintToString(head);
  }
}

TEST(ImageTypeTest, NamesEachFormat) {
  EXPECT_EQ(MimeType(ImageType::kJpeg), "image/jpeg");
  EXPECT_EQ(FileExtension(ImageType::kJpeg), "jpg");
  EXPECT_EQ(MimeType(ImageType::kAvif), "image/avif");
  EXPECT_EQ(FileExtension(ImageType::kTiff), "tiff");
  for (const Sample& sample : Samples()) {
    EXPECT_EQ(ImageTypeFromExtension(FileExtension(sample.type)), sample.type);
    EXPECT_EQ(MimeType(sample.type).substr(0, 6), "image/");
  }
}

TEST(ImageTypeTest, ReadsExtensionsInAnyCase) {
  EXPECT_EQ(ImageTypeFromExtension("JPG"), ImageType::kJpeg);
  EXPECT_EQ(ImageTypeFromExtension("jpeg"), ImageType::kJpeg);
  EXPECT_EQ(ImageTypeFromExtension("Tif"), ImageType::kTiff);
  EXPECT_EQ(ImageTypeFromExtension("WebP"), ImageType::kWebp);
  for (const std::string extension : {"", "svgz", "html", "jpgx", ".jpg", "heic", "jp", "jpegs"}) {
    EXPECT_FALSE(ImageTypeFromExtension(extension)) << extension;
  }
}

}  // namespace
}  // namespace image_cache
