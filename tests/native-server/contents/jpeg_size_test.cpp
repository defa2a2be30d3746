#include "native-server/contents/jpeg_size.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using namespace std::string_literals;
using Outcome = SizeReading::Outcome;

const std::string kStart = "\xFF\xD8"s;

std::string Segment(char marker, const std::string& content) {
  const std::size_t length = content.size() + 2;
  return "\xFF"s + marker + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) +
         content;
}

// 0x0123 high and 0x4567 wide, of one component.
std::string Frame(char marker = '\xC0') {
  return Segment(marker, "\x08\x01\x23\x45\x67\x01\x01\x11\x00"s);
}

void ExpectFrameIn(const std::string& file) {
  JpegSizeReader at_once;
  EXPECT_EQ(at_once.Append(file).outcome, Outcome::kFound);
  EXPECT_EQ(at_once.Append("").size, (PictureSize{.width = 0x4567, .height = 0x0123}));
  JpegSizeReader piecemeal;
  for (const char byte : file) piecemeal.Append({&byte, 1});
  EXPECT_EQ(piecemeal.Append("").size, (PictureSize{.width = 0x4567, .height = 0x0123}));
}

Outcome OutcomeOf(const std::string& file) { return JpegSizeReader().Append(file).outcome; }

TEST(JpegSizeTest, StandsInTheFrameHeaderBehindAnyMetadata) {
  ExpectFrameIn(kStart + Frame());
  ExpectFrameIn(kStart + Segment('\xE0', "JFIF") + Segment('\xDB', std::string(65, 'q')) + Frame());
  ExpectFrameIn(kStart + Segment('\xE1', std::string(65'533, '\xFF')) +
                Segment('\xE1', std::string(65'533, '\xC0')) + Frame());
  ExpectFrameIn(kStart + Segment('\xE0', "") + Frame());
}

TEST(JpegSizeTest, IsThatOfEveryKindOfFrame) {
  for (const unsigned char marker : {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCA, 0xCF}) {
    ExpectFrameIn(kStart + Segment('\xC4', "table") + Segment('\xCC', "ab") +
                  Frame(static_cast<char>(marker)));
  }
}

TEST(JpegSizeTest, IsFoundBehindWhatADecoderSkips) {
  ExpectFrameIn(kStart + "\xFF\xFF\xFF" + Frame());  // fill bytes
  ExpectFrameIn(kStart + Segment('\xE0', "JFIF") + "garbage" + Frame());
  ExpectFrameIn(kStart + "\xFF\0\xFF\xD0\xFF\x01"s + Frame());  // markers that stand alone
}

TEST(JpegSizeTest, IsNeverKnownOfWhatHasNoFrame) {
  EXPECT_EQ(OutcomeOf(kStart + Segment('\xDA', "scan") + Frame()), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(kStart + "\xFF\xD9" + Frame()), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(kStart + "\xFF\xC0\0\x07\x08\x01\x23\x45\x67\x01"s), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(kStart + "\xFF\xE0\0\x01"s + Frame()), Outcome::kUnknown);
}

TEST(JpegSizeTest, IsOpenUntilTheFrameIsThere) {
  const std::string file = kStart + Segment('\xE0', "JFIF") + Frame();
  const std::size_t told = file.size() - 3;  // the component's own bytes add nothing
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_EQ(OutcomeOf(file.substr(0, length)),
              length < told ? Outcome::kNeedsMore : Outcome::kFound);
  }
}

}  // namespace
}  // namespace image_cache
