#include "native-server/cli/size.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

struct Case {
  std::string text;
  std::optional<std::uint64_t> expected;
};

class SizeTest : public testing::TestWithParam<Case> {};

TEST_P(SizeTest, IsReadAsItIsWritten) {
  EXPECT_EQ(ParseSize(GetParam().text), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, SizeTest,
    testing::Values(
        Case{"0", 0}, Case{"1073741824", 1ULL << 30}, Case{"9007199254740993", 9007199254740993},
        Case{"10GiB", 10ULL << 30}, Case{"10gib", 10ULL << 30}, Case{"10G", 10ULL << 30},
        Case{"10 GiB", 10ULL << 30}, Case{"500MB", 500'000'000}, Case{"64KiB", 65536},
        Case{"1.5GiB", 3ULL << 29}, Case{"0.5KB", 500}, Case{"2TiB", 2ULL << 40}, Case{"12B", 12},
        Case{"", std::nullopt}, Case{"large", std::nullopt}, Case{"-5", std::nullopt},
        Case{"+5", std::nullopt}, Case{" 5", std::nullopt}, Case{"5 ", std::nullopt},
        Case{"1.5", std::nullopt}, Case{"5XB", std::nullopt}, Case{"5GiB!", std::nullopt},
        Case{"GiB", std::nullopt}, Case{"1e3KB", std::nullopt}, Case{"0x10", std::nullopt},
        Case{"99999999999TiB", std::nullopt}, Case{"99999999999999999999", std::nullopt},
        Case{"9223372036854775808", std::nullopt}));

TEST(FormatSizeTest, ChoosesAUnitThatReadsWell) {
  EXPECT_EQ(FormatSize(0), "0 B");
  EXPECT_EQ(FormatSize(1023), "1023 B");
  EXPECT_EQ(FormatSize(1536), "1.50 KiB");
  EXPECT_EQ(FormatSize(10ULL << 30), "10.00 GiB");
  EXPECT_EQ(FormatSize(5000ULL << 40), "5000.00 TiB");
}

}  // namespace
}  // namespace image_cache
