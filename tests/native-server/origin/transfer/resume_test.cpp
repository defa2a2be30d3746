#include "native-server/origin/transfer/resume.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

OriginHead Head(std::string etag, std::optional<std::uint64_t> length = 100) {
  return {.content_length = length, .etag = std::move(etag), .content_type = {}};
}

TEST(ResumeTest, NeedsAStrongEtagAndALength) {
  EXPECT_TRUE(IsResumable(Head("\"a\""), "bytes"));
  EXPECT_TRUE(IsResumable(Head("\"a\""), ""));
  EXPECT_FALSE(IsResumable(Head("\"a\""), "none"));
  EXPECT_FALSE(IsResumable(Head("\"a\"", std::nullopt), "bytes"));
  for (const char* etag : {"", "W/\"a\"", "a", "\"", "\"\"", "\"a"}) {
    EXPECT_FALSE(IsResumable(Head(etag), "bytes")) << etag;
  }
}

class HalfWayTest : public testing::Test {
 protected:
  HalfWayTest() {
    download_.has_head = true;
    download_.received_bytes = 40;
    download_.resume_etag = "\"a\"";
    download_.length_bytes = 100;
  }
  Download download_;
};

TEST_F(HalfWayTest, AsksForTheRestOfTheSameObject) {
  EXPECT_EQ(ResumeHeaders(download_),
            (std::vector<std::string>{"Range: bytes=40-", "If-Match: \"a\""}));
}

TEST_F(HalfWayTest, BelievesOnlyTheVeryRest) {
  EXPECT_TRUE(Continues(download_, "bytes 40-99/100", "\"a\""));
  EXPECT_TRUE(Continues(download_, "Bytes 40-99/100", ""));
  EXPECT_FALSE(Continues(download_, "bytes 40-99/100", "\"b\""));
  EXPECT_FALSE(Continues(download_, "bytes 40-99/100", "W/\"a\""));
  for (const char* range : {"", "bytes 0-99/100", "bytes 40-98/100", "bytes 40-99/101",
                            "bytes 40-99/*", "bytes 41-99/100", "items 40-99/100"}) {
    EXPECT_FALSE(Continues(download_, range, "\"a\"")) << range;
  }
}

}  // namespace
}  // namespace image_cache
