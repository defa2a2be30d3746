#include "native-server/cli/image_widths.h"

#include <gmock/gmock.h>

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImageWidthsTest, AreReadInAnyOrder) {
  EXPECT_THAT(*ParseImageWidths("640,64,256,64"), ElementsAre(64, 256, 640));
  EXPECT_THAT(*ParseImageWidths("16"), ElementsAre(16));
  EXPECT_EQ(FormatImageWidths({64, 256}), "64,256");
}

TEST(ImageWidthsTest, MayBeNone) {
  EXPECT_TRUE(ParseImageWidths("off")->empty());
  EXPECT_TRUE(ParseImageWidths("")->empty());
  EXPECT_EQ(FormatImageWidths({}), "off");
}

TEST(ImageWidthsTest, AreRefusedWithWhatToWrite) {
  for (const char* text : {"15", "4097", "64,", ",64", "64;128", "0x40", "-64", "64 ", "none"}) {
    const auto widths = ParseImageWidths(text);
    ASSERT_FALSE(widths) << text;
    EXPECT_THAT(widths.error(), HasSubstr("128,256,640"));
  }
  EXPECT_THAT(ParseImageWidths("16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32").error(),
              HasSubstr("at most 16"));
}

}  // namespace
}  // namespace image_cache::testing
