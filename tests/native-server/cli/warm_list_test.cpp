#include "native-server/cli/warm_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "native-server/cli/progress.h"

namespace image_cache {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class WarmListTest : public testing::Test {
 protected:
  WarmListTest()
      : file_((std::filesystem::temp_directory_path() /
               (std::string("image-cache-") +
                testing::UnitTest::GetInstance()->current_test_info()->name() + ".json"))
                  .string()) {}
  ~WarmListTest() override { std::remove(file_.c_str()); }
  Outcome<std::vector<PrefetchOrder>> Read(const std::string& text) {
    std::ofstream(file_) << text;
    return ReadWarmList(file_);
  }
  std::string file_;
};

TEST_F(WarmListTest, ReadsOneOrderOrSeveral) {
  const auto one = Read(R"({"actor_id": "a", "images": [{"s3_url": "s3://b/k"}]})");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->size(), 1);
  const auto two = Read(R"([{"actor_id": "a", "images": []}, {"actor_id": "b", "images": []}])");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->size(), 2);
}

TEST_F(WarmListTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Read("{").error().message, HasSubstr(file_));
  EXPECT_THAT(Read(R"([{"actor_id": "a", "images": []}, {"actor_id": "../b", "images": []}])")
                  .error()
                  .message,
              AllOf(HasSubstr(file_), HasSubstr("item 1"), HasSubstr("actor id")));
  EXPECT_THAT(ReadWarmList("/nonexistent.json").error().message, HasSubstr("/nonexistent.json"));
  EXPECT_THAT(ReadWarmList("/").error().message, HasSubstr("Is a directory"));
}

TEST_F(WarmListTest, IsCutIntoPiecesOfOneActorEach) {
  std::vector<PrefetchOrder> orders(2);
  orders[0].actor_id = "a";
  orders[0].images.resize(5);
  orders[1].actor_id = "b";
  orders[1].images.resize(2);
  const auto pieces = CutIntoPieces(std::move(orders), 2);
  ASSERT_EQ(pieces.size(), 4);
  EXPECT_EQ(pieces[2].actor_id, "a");
  EXPECT_EQ(pieces[2].images.size(), 1);
  EXPECT_EQ(pieces[3].actor_id, "b");
}

TEST(ProgressBarTest, FillsUp) {
  EXPECT_EQ(DrawBar(0, 4, 8), "[--------]   0 %  0/4");
  EXPECT_EQ(DrawBar(1, 4, 8), "[##------]  25 %  1/4");
  EXPECT_EQ(DrawBar(4, 4, 8), "[########] 100 %  4/4");
  EXPECT_EQ(DrawBar(0, 0, 8), "[########] 100 %  0/0");
}

}  // namespace
}  // namespace image_cache
