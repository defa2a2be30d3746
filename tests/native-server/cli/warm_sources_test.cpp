#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "native-server/cli/progress.h"
#include "native-server/cli/warm/pieces.h"
#include "native-server/cli/warm/warm_source.h"

namespace image_cache {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class WarmListTest : public testing::Test {
 protected:
  WarmListTest()
      : file_((std::filesystem::temp_directory_path() /
               (std::string("image-cache-") +
                testing::UnitTest::GetInstance()->current_test_info()->name() + ".list"))
                  .string()) {}
  ~WarmListTest() override { std::remove(file_.c_str()); }

  struct Read {
    std::vector<PrefetchOrder> orders;
    std::string failure;  // empty: none
    int exit_code = 0;
  };
  // Everything up to the end or to the first failure.
  Read ReadFile(const std::string& path, const std::string& actor_id = {}) {
    Settings settings;
    settings.warm_file = path;
    settings.warm_actor_id = actor_id;
    Read read;
    const auto fail = [&read](const Failure& failure) {
      read.failure = failure.message;
      read.exit_code = failure.exit_code;
      return read;
    };
    auto source = OpenWarmSource(settings);
    if (!source) return fail(source.error());
    for (;;) {
      auto pieces = (*source)->Next();
      if (!pieces) return fail(pieces.error());
      if (pieces->empty()) return read;
      for (PrefetchOrder& piece : *pieces) read.orders.push_back(std::move(piece));
    }
  }
  Read ReadText(const std::string& text, const std::string& actor_id = {}) {
    std::ofstream(file_) << text;
    return ReadFile(file_, actor_id);
  }
  std::string file_;
};

TEST_F(WarmListTest, ReadsOneOrderOrSeveral) {
  EXPECT_EQ(ReadText(R"({"actor_id": "a", "images": [{"s3_url": "s3://b/k"}]})").orders.size(), 1u);
  const Read two = ReadText(R"( [{"actor_id": "a", "images": [{"s3_url": "s3://b/k"}]},
                                 {"actor_id": "b", "images": [{"s3_url": "s3://b/l"}]}])");
  ASSERT_EQ(two.orders.size(), 2u);
  EXPECT_EQ(two.orders[1].actor_id, "b");
}

TEST_F(WarmListTest, ReadsAUrlALine) {
  const Read read = ReadText(
      "# faces\n"
      "s3://bucket/0001/a.jpg\n"
      "s3://bucket/0002/b.jpg\tx\r\n"
      "\n"
      "s3://bucket/0001/c.jpg");
  EXPECT_EQ(read.failure, "");
  ASSERT_EQ(read.orders.size(), 2u);
  EXPECT_EQ(read.orders[0].actor_id, "0001");
  ASSERT_EQ(read.orders[0].images.size(), 2u);
  EXPECT_EQ(read.orders[0].images[1].s3_url, "s3://bucket/0001/c.jpg");
  EXPECT_EQ(read.orders[1].actor_id, "x");
}

TEST_F(WarmListTest, PassesOverAByteOrderMark) {
  const Read lines = ReadText("\xEF\xBB\xBFs3://bucket/0001/a.jpg\n");
  ASSERT_EQ(lines.orders.size(), 1u) << lines.failure;
  EXPECT_EQ(lines.orders[0].images[0].s3_url, "s3://bucket/0001/a.jpg");
  const Read json =
      ReadText("\xEF\xBB\xBF{\"actor_id\": \"a\", \"images\": [{\"s3_url\": \"s3://b/k\"}]}");
  EXPECT_EQ(json.orders.size(), 1u) << json.failure;
  EXPECT_THAT(ReadText("\xEF\xBB\xBF").failure, HasSubstr("is empty"));
}

TEST_F(WarmListTest, TakesALineWholeThatHasAZeroByteInIt) {
  const std::string line("s3://bucket/0001/a.jpg\0.png", 27);
  for (const std::string& text : {line, line + "\n"}) {
    const Read read = ReadText(text, "named");
    ASSERT_EQ(read.orders.size(), 1u);
    EXPECT_EQ(read.orders[0].images[0].s3_url, line);
  }
}

TEST_F(WarmListTest, AnActorIsForLinesWithoutOne) {
  const Read read = ReadText("s3://bucket/0001/a.jpg\ns3://bucket/0002/b.jpg\tx\n", "named");
  ASSERT_EQ(read.orders.size(), 2u);
  EXPECT_EQ(read.orders[0].actor_id, "named");
  EXPECT_EQ(read.orders[1].actor_id, "x");
  const Read json = ReadText(R"({"actor_id": "a", "images": []})", "named");
  EXPECT_EQ(json.exit_code, kExitUsage);
  EXPECT_THAT(json.failure, HasSubstr("--actor"));
  EXPECT_EQ(ReadText("s3://bucket/a.jpg", "../x").exit_code, kExitUsage);
}

TEST_F(WarmListTest, ALongListOfLinesComesInBatches) {
  std::string text;
  for (std::size_t i = 0; i < 2 * kImagesInBatch + 1; ++i) {
    text += "s3://bucket/" + std::to_string(i % 2) + "/" + std::to_string(i) + ".jpg\n";
  }
  const Read read = ReadText(text);
  std::size_t images = 0;
  for (const PrefetchOrder& order : read.orders) {
    EXPECT_LE(order.images.size(), kImagesInPiece);
    images += order.images.size();
  }
  EXPECT_EQ(images, 2 * kImagesInBatch + 1);
}

TEST_F(WarmListTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ReadText("{").failure, HasSubstr(file_));
  EXPECT_THAT(
      ReadText(R"([{"actor_id": "a", "images": []}, {"actor_id": "../b", "images": []}])").failure,
      AllOf(HasSubstr(file_), HasSubstr("item 1"), HasSubstr("actor id")));
  EXPECT_THAT(ReadText("s3://b/k\n\ns3://b/k\t../b\n").failure,
              AllOf(HasSubstr(file_), HasSubstr("line 3"), HasSubstr("../b")));
  EXPECT_THAT(ReadText("s3://b/" + std::string(9000, 'k')).failure,
              AllOf(HasSubstr("line 1"), HasSubstr("8 KiB")));
  EXPECT_THAT(ReadText("").failure, HasSubstr("is empty"));
  EXPECT_THAT(ReadFile("/nonexistent.json").failure, HasSubstr("/nonexistent.json"));
  EXPECT_THAT(ReadFile("/").failure, HasSubstr("Is a directory"));
  EXPECT_EQ(ReadFile("s3://b@d/").exit_code, kExitUsage);
}

TEST(PiecesTest, AreOfOneActorEach) {
  std::vector<PrefetchOrder> orders(2);
  orders[0].actor_id = "a";
  orders[0].images.resize(5);
  orders[1].actor_id = "b";
  orders[1].images.resize(2);
  const auto pieces = CutIntoPieces(std::move(orders), 2);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[2].actor_id, "a");
  EXPECT_EQ(pieces[2].images.size(), 1u);
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
