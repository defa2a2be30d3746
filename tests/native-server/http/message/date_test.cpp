#include "native-server/http/message/date.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr std::int64_t kExample = 784111777;

TEST(HttpDateTest, WritesTheFixedForm) {
  EXPECT_EQ(FormatHttpDate(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDateTest, ReadsAllThreeForms) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), kExample);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994"), kExample);
}

TEST(HttpDateTest, RefusesEverythingElse) {
  for (const char* text : {"", "yesterday", "784111777", "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 06 Nov 1994 08:49:37 GMT and more", "1994-11-06T08:49:37Z"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

TEST(HttpDateTest, NowIsReadable) {
  const auto now = ParseHttpDate(CurrentHttpDate());
  ASSERT_TRUE(now);
  EXPECT_LE(std::abs(*now - time(nullptr)), 2);
}

}  // namespace
}  // namespace image_cache
