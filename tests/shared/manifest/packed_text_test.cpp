#include "shared/manifest/packed_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace image_cache {
namespace {

TEST(PackedTextTest, GivesEveryTextBackAndHalvesHexDigits) {
  struct {
    std::string text;
    TextForm form;
    std::size_t size_bytes;
  } const cases[] = {
      {"", TextForm::kPlain, 0},
      {"\"\"", TextForm::kPlain, 2},
      {"\"", TextForm::kPlain, 1},
      {"0123456789abcdef", TextForm::kHex, 8},
      {"\"9b2cf535f27731c974343645a3985328\"", TextForm::kQuotedHex, 16},
      {"\"9b2cf535f27731c974343645a3985328-2\"", TextForm::kPlain, 36},
      {"abc", TextForm::kPlain, 3},  // half a byte
      {"AB", TextForm::kPlain, 2},   // would come back as "ab"
      {"0g", TextForm::kPlain, 2},
      {"W/\"00\"", TextForm::kPlain, 6},
      {"\"00", TextForm::kPlain, 3},
      {std::string("\0\xff", 2), TextForm::kPlain, 2},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const PackedText packed(c.text);
    EXPECT_EQ(packed.form, c.form);
    ASSERT_EQ(packed.size_bytes, c.size_bytes);
    std::vector<char> bytes(packed.size_bytes);
    EXPECT_EQ(packed.WriteTo(bytes.data()), bytes.data() + bytes.size());
    EXPECT_EQ(UnpackText({bytes.data(), bytes.size()}, packed.form), c.text);
  }
}

}  // namespace
}  // namespace image_cache
