// The sizes in heads that were written by hand, each by its format's specification.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "native-server/contents/box_size.h"
#include "native-server/contents/fixed_size.h"
#include "native-server/contents/jxl_size.h"

namespace image_cache {
namespace {

using namespace std::string_literals;
using Outcome = SizeReading::Outcome;
using Read = std::function<SizeReading(std::string_view)>;

// And every shorter head needs more.
void ExpectSize(const Read& read, const std::string& head, std::uint64_t width,
                std::uint64_t height) {
  const SizeReading reading = read(head);
  EXPECT_EQ(reading.outcome, Outcome::kFound);
  EXPECT_EQ(reading.size, (PictureSize{.width = width, .height = height}));
  for (std::size_t length = 0; length < head.size(); ++length) {
    EXPECT_EQ(read(head.substr(0, length)).outcome, Outcome::kNeedsMore) << length;
  }
}

std::string Box(const std::string& name, const std::string& content) {
  const std::size_t size = content.size() + 8;
  return "\0\0"s + static_cast<char>(size >> 8) + static_cast<char>(size & 0xFF) + name + content;
}

TEST(PictureSizeTest, OfAPngStandsInItsFirstChunk) {
  const auto head = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\1\2\3\x80\0\0\1"s;
  ExpectSize(ReadPngSize, head, 0x010203, 0x80000001);
  EXPECT_EQ(
      ReadPngSize("\x89PNG\r\n\x1A\n\x7F\xFF\xFF\xFF"s + "tEXt" + std::string(40, 'a')).outcome,
      Outcome::kUnknown);
}

TEST(PictureSizeTest, OfAGifIsItsScreen) {
  ExpectSize(ReadGifSize, "GIF89a\x40\x01\xFF\xFF"s, 320, 65535);
}

TEST(PictureSizeTest, OfAWebpDependsOnItsForm) {
  const std::string riff = "RIFF\0\0\0\0WEBP"s;
  ExpectSize(ReadWebpSize, riff + "VP8 \0\0\0\0\0\0\0\x9D\x01\x2A\xFF\xFF\x10\xC0"s, 16383, 16);
  ExpectSize(ReadWebpSize, riff + "VP8L\0\0\0\0\x2F\xFF\xFF\xFF\xFF"s, 16384, 16384);
  ExpectSize(ReadWebpSize, riff + "VP8X\0\0\0\0\0\0\0\0\xFF\xFF\xFF\0\0\x01"s, 1 << 24, 65537);
  EXPECT_EQ(ReadWebpSize(riff + "VP8?" + std::string(30, 'a')).outcome, Outcome::kUnknown);
  EXPECT_EQ(ReadWebpSize(riff + "VP8 " + std::string(30, 'a')).outcome, Outcome::kUnknown);
  EXPECT_EQ(ReadWebpSize(riff + "VP8L" + std::string(30, 'a')).outcome, Outcome::kUnknown);
}

TEST(PictureSizeTest, OfABmpMayBeUpsideDown) {
  const std::string file_header = "BM" + std::string(12, '\0');
  ExpectSize(ReadBmpSize, file_header + "\x28\0\0\0\x40\x9C\0\0\x10\0\0\0"s, 40000, 16);
  ExpectSize(ReadBmpSize, file_header + "\x28\0\0\0\x40\x9C\0\0\xF0\xFF\xFF\xFF"s, 40000, 16);
  ExpectSize(ReadBmpSize, file_header + "\x28\0\0\0\1\0\0\0\0\0\0\x80"s, 1, 0x80000000);
  ExpectSize(ReadBmpSize, file_header + "\x0C\0\0\0\x40\x9C\x10\0"s, 40000, 16);
}

TEST(PictureSizeTest, OfAnAvifIsTheLargestOfItsItems) {
  const std::string small = Box("ispe", "\0\0\0\0\0\0\1\0\0\0\1\0"s);
  const std::string large = Box("ispe", "\0\0\0\0\0\1\0\0\0\2\0\0"s);
  const std::string properties =
      Box("iprp", Box("ipco", small + Box("pixi", "abc") + large + small));
  const std::string start = Box("ftyp", "avif") + Box("free", "1234");
  ExpectSize(ReadAvifSize, start + Box("meta", "\0\0\0\0"s + Box("hdlr", "pict") + properties),
             0x10000, 0x20000);
  EXPECT_EQ(ReadAvifSize(start + Box("meta", "\0\0\0\0"s + Box("hdlr", "pict"))).outcome,
            Outcome::kUnknown);
}

TEST(PictureSizeTest, OfAnAvifIsLookedForInBoxesOfAnySizeAndEndsAtNone) {
  const std::string huge = "\0\0\0\1mdat\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s;
  EXPECT_EQ(ReadAvifSize(Box("ftyp", "avif") + huge).outcome, Outcome::kNeedsMore);
  EXPECT_EQ(ReadAvifSize(Box("ftyp", "avif") + "\0\0\0\0mdat"s).outcome, Outcome::kNeedsMore);
  EXPECT_EQ(ReadAvifSize(Box("ftyp", "avif") + std::string(64, '\0')).outcome, Outcome::kNeedsMore);
}

// Written from the lowest bit of the first byte on.
class BitText {
 public:
  BitText& Add(std::uint64_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++count_) {
      if (count_ % 8 == 0) bytes_.push_back('\0');
      bytes_.back() = static_cast<char>(bytes_.back() | (value >> i & 1) << count_ % 8);
    }
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  int count_ = 0;
};

TEST(PictureSizeTest, OfAJxlIsWrittenInBits) {
  const std::string start = "\xFF\x0A";
  // Not small; 30 bits of height; no ratio; 18 bits of width.
  const auto plain =
      BitText().Add(0, 1).Add(3, 2).Add(999'999'999, 30).Add(0, 3).Add(2, 2).Add(199'999, 18);
  ExpectSize(ReadJxlSize, start + plain.bytes(), 200'000, 1'000'000'000);
  // Small: a multiple of eight; 16:9.
  const auto small = BitText().Add(1, 1).Add(31, 5).Add(5, 3);
  ExpectSize(ReadJxlSize, start + small.bytes(), 455, 256);
  EXPECT_EQ(ReadJxlSize("JXL?").outcome, Outcome::kUnknown);
}

TEST(PictureSizeTest, OfABoxedJxlIsThatOfItsFirstPart) {
  const std::string stream = "\xFF\x0A" + BitText().Add(1, 1).Add(0, 5).Add(1, 3).bytes();
  const std::string start = Box("JXL ", "\r\n\x87\n") + Box("ftyp", "jxl \0\0\0\0jxl "s);
  EXPECT_EQ(ReadBoxedJxlSize(start).outcome, Outcome::kNeedsMore);
  const SizeReading whole = ReadBoxedJxlSize(start + Box("jxlc", stream));
  EXPECT_EQ(whole.size, (PictureSize{.width = 8, .height = 8}));
  const SizeReading part =
      ReadBoxedJxlSize(start + Box("Exif", "x") + Box("jxlp", "\0\0\0\0"s + stream));
  EXPECT_EQ(part.size, (PictureSize{.width = 8, .height = 8}));
}

}  // namespace
}  // namespace image_cache
