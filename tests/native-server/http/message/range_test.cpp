#include "native-server/http/message/range.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using Kind = RangeAnswer::Kind;

struct Case {
  std::string header;
  std::uint64_t size;
  RangeAnswer expected;
};

RangeAnswer Part(std::uint64_t offset, std::uint64_t length) {
  return {.kind = Kind::kPart, .offset = offset, .length = length};
}
const RangeAnswer kWhole{};
const RangeAnswer kRefused{.kind = Kind::kUnsatisfiable};

class RangeTest : public testing::TestWithParam<Case> {};

TEST_P(RangeTest, IsReadAsRfc9110Says) {
  const Case& c = GetParam();
  EXPECT_EQ(ParseRange(c.header, c.size), c.expected) << c.header << " of " << c.size;
}

INSTANTIATE_TEST_SUITE_P(
    Table, RangeTest,
    testing::Values(Case{"", 100, kWhole}, Case{"bytes=0-0", 100, Part(0, 1)},
                    Case{"bytes=0-99", 100, Part(0, 100)}, Case{"bytes=0-100", 100, Part(0, 100)},
                    Case{"bytes=10-", 100, Part(10, 90)}, Case{"bytes=99-", 100, Part(99, 1)},
                    Case{"bytes=-1", 100, Part(99, 1)}, Case{"bytes=-1000", 100, Part(0, 100)},
                    Case{"BYTES=1-2", 100, Part(1, 2)}, Case{"bytes= 1-2 ", 100, Part(1, 2)},
                    // Past the end of 64 bits is past every end.
                    Case{"bytes=0-99999999999999999999", 100, Part(0, 100)},
                    Case{"bytes=99999999999999999999-", 100, kRefused},
                    Case{"bytes=-99999999999999999999", 100, Part(0, 100)},
                    Case{"bytes=100-", 100, kRefused}, Case{"bytes=100-200", 100, kRefused},
                    Case{"bytes=-0", 100, kRefused}, Case{"bytes=5-4", 100, kRefused},
                    Case{"bytes=", 100, kRefused}, Case{"bytes=-", 100, kRefused},
                    Case{"bytes=a-b", 100, kRefused}, Case{"bytes=1", 100, kRefused},
                    Case{"bytes=+1-2", 100, kRefused}, Case{"bytes=1-2-3", 100, kRefused},
                    Case{"bytes=0-", 0, kRefused}, Case{"bytes=-1", 0, kRefused},
                    // Several ranges and other units are answered with everything.
                    Case{"bytes=0-1,5-6", 100, kWhole}, Case{"items=0-1", 100, kWhole},
                    Case{"bytes", 100, kWhole}));

}  // namespace
}  // namespace image_cache
