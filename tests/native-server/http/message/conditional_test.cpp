#include "native-server/http/message/conditional.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace image_cache {
namespace {

constexpr std::string_view kModified = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
const Validators kValidators{.etag = "\"abc\"", .modified_s = 784111777};

using Headers = std::vector<std::pair<std::string, std::string>>;

Request MakeRequest(const Headers& headers, Method method = Method::kGet) {
  Request request;
  request.set_method(method);
  for (const auto& [name, value] : headers) request.AddHeader(name, value);
  return request;
}

struct Case {
  std::string name;
  Headers headers;
  Precondition expected;
  Method method = Method::kGet;
};

class ConditionalTest : public testing::TestWithParam<Case> {};

TEST_P(ConditionalTest, IsEvaluatedInTheOrderOfRfc9110) {
  const Case& c = GetParam();
  EXPECT_EQ(EvaluatePreconditions(MakeRequest(c.headers, c.method), kValidators), c.expected);
}

constexpr auto kProceed = Precondition::kProceed;
constexpr auto kNotModified = Precondition::kNotModified;
constexpr auto kFailed = Precondition::kFailed;

INSTANTIATE_TEST_SUITE_P(
    Table, ConditionalTest,
    testing::Values(
        Case{"Nothing", {}, kProceed},
        Case{"SameTag", {{"If-None-Match", "\"abc\""}}, kNotModified},
        Case{"WeakSameTag", {{"If-None-Match", "W/\"abc\""}}, kNotModified},
        Case{"InAList", {{"If-None-Match", "\"x,y\", W/\"z\" ,\"abc\""}}, kNotModified},
        Case{"Star", {{"If-None-Match", "*"}}, kNotModified},
        Case{"OtherTag", {{"If-None-Match", "\"abcd\""}}, kProceed},
        Case{"Unquoted", {{"If-None-Match", "abc"}}, kProceed},
        Case{"Unclosed", {{"If-None-Match", "\"abc"}}, kProceed},
        Case{"HeadToo", {{"If-None-Match", "\"abc\""}}, kNotModified, Method::kHead},
        Case{"PostFails", {{"If-None-Match", "\"abc\""}}, kFailed, Method::kPost},
        Case{"SameDate", {{"If-Modified-Since", std::string(kModified)}}, kNotModified},
        Case{"EarlierDate", {{"If-Modified-Since", std::string(kBefore)}}, kProceed},
        Case{"NoDate", {{"If-Modified-Since", "yesterday"}}, kProceed},
        Case{"TagBeatsDate",
             {{"If-None-Match", "\"x\""}, {"If-Modified-Since", std::string(kModified)}},
             kProceed},
        Case{"MatchHolds", {{"If-Match", "\"abc\""}}, kProceed},
        Case{"MatchFails", {{"If-Match", "\"x\""}}, kFailed},
        Case{"MatchIsStrong", {{"If-Match", "W/\"abc\""}}, kFailed},
        Case{"MatchThenNoneMatch",
             {{"If-Match", "\"abc\""}, {"If-None-Match", "\"abc\""}},
             kNotModified},
        Case{"UnmodifiedHolds", {{"If-Unmodified-Since", std::string(kModified)}}, kProceed},
        Case{"UnmodifiedFails", {{"If-Unmodified-Since", std::string(kBefore)}}, kFailed},
        Case{"MatchBeatsUnmodified",
             {{"If-Match", "\"abc\""}, {"If-Unmodified-Since", std::string(kBefore)}},
             kProceed}),
    [](const auto& test) { return test.param.name; });

TEST(IfRangeTest, AppliesOnlyToExactlyThisRepresentation) {
  const auto applies = [](const std::string& value) {
    return RangeStillApplies(MakeRequest({{"If-Range", value}}), kValidators);
  };
  EXPECT_TRUE(RangeStillApplies(MakeRequest({}), kValidators));
  EXPECT_TRUE(applies("\"abc\""));
  EXPECT_FALSE(applies(std::string(kModified)));  // which may be of another of the same second
  EXPECT_FALSE(applies("W/\"abc\""));
  EXPECT_FALSE(applies("\"abd\""));
  EXPECT_FALSE(applies(std::string(kBefore)));
  EXPECT_FALSE(applies("Sun, 06 Nov 1994 08:49:38 GMT"));
  EXPECT_FALSE(applies("nonsense"));
}

}  // namespace
}  // namespace image_cache
