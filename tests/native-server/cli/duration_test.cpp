#include "native-server/cli/duration.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

using std::chrono::seconds;

TEST(DurationTest, IsANumberWithAUnit) {
  EXPECT_EQ(ParseDuration("30s"), seconds(30));
  EXPECT_EQ(ParseDuration("10m"), seconds(600));
  EXPECT_EQ(ParseDuration("1h"), seconds(3600));
  EXPECT_EQ(ParseDuration("3650d"), seconds(3650LL * 86'400));
}

TEST(DurationTest, NothingElseIsOne) {
  for (const char* text :
       {"", "10", "m", "0m", "-1m", "+1m", " 1m", "1.5h", "10 m", "10min", "10ms", "1w", "3651d",
        "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(DurationTest, IsWrittenAsItIsRead) {
  for (const char* text : {"1s", "90s", "10m", "1h", "25h", "2d"}) {
    EXPECT_EQ(FormatDuration(*ParseDuration(text)), text);
  }
}

}  // namespace
}  // namespace image_cache
