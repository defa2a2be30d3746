#include "native-server/services/smaller/asked_widths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image_cache {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const AskedWidths::TimePoint kNow{seconds(1000)};

TEST(AskedWidthsTest, TellsWhatWasAskedForLately) {
  AskedWidths asked({64, 128, 256}, seconds(60));
  EXPECT_THAT(asked.Lately(kNow), IsEmpty());
  asked.Note(256, kNow);
  asked.Note(64, kNow + seconds(30));
  EXPECT_THAT(asked.Lately(kNow + seconds(59)), ElementsAre(64, 256));
  EXPECT_THAT(asked.Lately(kNow + seconds(60)), ElementsAre(64));
  asked.Note(256, kNow + seconds(70));
  EXPECT_THAT(asked.Lately(kNow + seconds(89)), ElementsAre(64, 256));
  EXPECT_THAT(asked.Lately(kNow + seconds(200)), IsEmpty());
}

TEST(AskedWidthsTest, TellsNothingWhenItIsOff) {
  AskedWidths asked({64, 128}, seconds(0));
  asked.Note(64, kNow);
  EXPECT_THAT(asked.Lately(kNow), IsEmpty());
}

}  // namespace
}  // namespace image_cache
