#include "shared/keys/percent_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

std::string EveryByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

std::string Escaped(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escaped;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += '%';
    escaped += kDigits[byte >> 4];
    escaped += kDigits[byte & 15];
  }
  return escaped;
}

TEST(PercentEncodingTest, KnowsWholeEscapes) {
  EXPECT_TRUE(HasOnlyWholeEscapes(""));
  EXPECT_TRUE(HasOnlyWholeEscapes("%00%fF"));
  EXPECT_TRUE(HasOnlyWholeEscapes("a%2541"));
  EXPECT_FALSE(HasOnlyWholeEscapes("%"));
  EXPECT_FALSE(HasOnlyWholeEscapes("a%4"));
  EXPECT_FALSE(HasOnlyWholeEscapes("%g0"));
  EXPECT_FALSE(HasOnlyWholeEscapes("%0g"));
  EXPECT_FALSE(HasOnlyWholeEscapes("%%30"));
}

TEST(PercentEncodingTest, NormalizesWithoutChangingWhatAUrlMeans) {
  EXPECT_EQ(NormalizePercentEncoding("a%7Eb%2d%41"), "a~b-A");
  EXPECT_EQ(NormalizePercentEncoding("%c3%a9"), "%C3%A9");
  EXPECT_EQ(NormalizePercentEncoding("\xC3\xA9"), "%C3%A9");
  EXPECT_EQ(NormalizePercentEncoding("a b"), "a%20b");
  EXPECT_EQ(NormalizePercentEncoding("a+b"), "a+b");
  EXPECT_EQ(NormalizePercentEncoding("a%2bb"), "a%2Bb");
  EXPECT_EQ(NormalizePercentEncoding("a%2fb/c"), "a%2Fb/c");
  EXPECT_EQ(NormalizePercentEncoding("(a)%28a%29"), "(a)%28a%29");
  EXPECT_EQ(NormalizePercentEncoding("%2541"), "%2541");
  EXPECT_EQ(NormalizePercentEncoding("\"<>\\^`{|}"), "%22%3C%3E%5C%5E%60%7B%7C%7D");
}

TEST(PercentEncodingTest, GivesOneFormToEachObjectKey) {
  EXPECT_EQ(NormalizeObjectKey("%21%24%26%27%28%29%2A%2C%3B%3D%3A%40"), "!$&'()*,;=:@");
  EXPECT_EQ(NormalizeObjectKey("!$&'()*,;=:@"), "!$&'()*,;=:@");
  EXPECT_EQ(NormalizeObjectKey("a%2Fb"), "a/b");
  EXPECT_EQ(NormalizeObjectKey("[x]"), "%5Bx%5D");
  EXPECT_EQ(NormalizeObjectKey("%5bx%5d"), "%5Bx%5D");
  EXPECT_EQ(NormalizeObjectKey("a+b"), "a+b");
  EXPECT_EQ(NormalizeObjectKey("a%2Bb"), "a%2Bb");
  EXPECT_EQ(NormalizeObjectKey("%3F%23%25"), "%3F%23%25");
}

TEST(PercentEncodingTest, DecodesEveryEscapeOnce) {
  EXPECT_EQ(PercentDecode("%41%2f%2541+"), "A/%41+");
  EXPECT_EQ(PercentDecode(Escaped(EveryByte())), EveryByte());
}

TEST(PercentEncodingTest, IsStableAndKeepsTheMeaningForEveryByte) {
  const std::string escaped = Escaped(EveryByte());
  for (std::string (*normalize)(std::string_view) :
       {&NormalizePercentEncoding, &NormalizeObjectKey}) {
    const std::string once = normalize(escaped);
    EXPECT_EQ(normalize(once), once);
    EXPECT_EQ(PercentDecode(once), EveryByte());
  }
}

}  // namespace
}  // namespace image_cache
