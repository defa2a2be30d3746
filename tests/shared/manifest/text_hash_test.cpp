#include "shared/manifest/text_hash.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

// Made with another implementation: CPython 3.11's hash() of bytes, with PYTHONHASHSEED 0 and 7.
TEST(TextHashTest, IsSipHash13) {
  struct {
    std::string_view text;
    std::uint64_t of_zeros, of_seven;
  } const cases[] = {
      {"k", 0x342063e11d6c3cadU, 0x0f0bb0194e56e15fU},
      {"0123456", 0x810aaf7acf670379U, 0xf1909c413f861c24U},
      {"01234567", 0xda3dcedf84ea6cc6U, 0xf679e891076e09e0U},
      {"012345678", 0xb79d8581f8552753U, 0x9097c632f89d22bbU},
      {"https://s3.amazonaws.com/training/0001/image.jpg", 0xc914ef8bb0f9da78U,
       0x3ea42544e6a965faU},
  };
  constexpr HashSeed kSeven{.first = 0x12c874a1806f0e3dU, .second = 0x470a89d2f9d2784fU};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(SipHash13(c.text, {}), c.of_zeros);
    EXPECT_EQ(SipHash13(c.text, kSeven), c.of_seven);
    EXPECT_EQ(TextHash(c.text, kSeven), c.of_seven >> 32);
  }
  EXPECT_EQ(SipHash13({}, {}), SipHash13("", {}));
}

}  // namespace
}  // namespace image_cache
