#include "native-server/http/files/growing_response.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

class GrowingResponseTest : public testing::Test {
 protected:
  static Request Ask(Method method, std::string_view range = "", std::string_view if_range = "") {
    Request request;
    request.set_method(method);
    request.SetTarget("/a");
    if (!range.empty()) request.AddHeader("Range", range);
    if (!if_range.empty()) request.AddHeader("If-Range", if_range);
    return request;
  }
  static Response Answer(const Request& request, std::optional<std::uint64_t> announced_bytes) {
    auto file = std::make_shared<GrowingFile>(UniqueFd(), announced_bytes);
    return MakeGrowingResponse(request, std::move(file), "image/png", "X-Line: one\r\n");
  }
  static const GrowingSlice& BodyOf(const Response& response) {
    return std::get<GrowingSlice>(response.body);
  }
};

TEST_F(GrowingResponseTest, AnswersWithAllThatComes) {
  const Response known = Answer(Ask(Method::kGet), 1000);
  EXPECT_EQ(known.status, 200);
  EXPECT_EQ(known.FindHeader("Content-Type"), "image/png");
  EXPECT_EQ(known.FindHeader("Accept-Ranges"), "bytes");
  EXPECT_EQ(known.FindHeader("X-Line"), "one");
  EXPECT_EQ(BodyOf(known).offset, 0U);
  EXPECT_EQ(BodyOf(known).length, 1000U);
  EXPECT_EQ(KnownLength(known.body), 1000U);
  const Response unknown = Answer(Ask(Method::kGet), std::nullopt);
  EXPECT_EQ(unknown.status, 200);
  EXPECT_EQ(KnownLength(unknown.body), std::nullopt);
}

TEST_F(GrowingResponseTest, AnswersARangeOfAKnownLength) {
  const Response part = Answer(Ask(Method::kGet, "bytes=-100"), 1000);
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.FindHeader("Content-Range"), "bytes 900-999/1000");
  EXPECT_EQ(part.FindHeader("X-Line"), "one");
  EXPECT_EQ(BodyOf(part).offset, 900U);
  EXPECT_EQ(BodyOf(part).length, 100U);

  const Response outside = Answer(Ask(Method::kGet, "bytes=1000-"), 1000);
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.FindHeader("Content-Range"), "bytes */1000");
}

TEST_F(GrowingResponseTest, GivesEverythingWhereARangeSaysNothing) {
  EXPECT_EQ(Answer(Ask(Method::kGet, "bytes=0-9"), std::nullopt).status, 200) << "of how many?";
  EXPECT_EQ(Answer(Ask(Method::kHead, "bytes=0-9"), 1000).status, 200);
  EXPECT_EQ(Answer(Ask(Method::kGet, "bytes=0-9", "\"v1\""), 1000).status, 200)
      << "which version this is, nobody knows yet";
  EXPECT_EQ(Answer(Ask(Method::kGet, "bytes=0-9,20-29"), 1000).status, 200);
}

}  // namespace
}  // namespace image_cache
