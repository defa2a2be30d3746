#include "native-server/api/endpoints/prefetch_body.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(PrefetchBodyTest, ReadsAWholeRequest) {
  const auto body = ParsePrefetchBody(
      R"({"actor_id": "0001", "priority": "high", "wait": false,
          "images": [{"s3_url": "s3://b/k", "filename": "a.jpg"}, {"s3_url": "nonsense"}]})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->order.actor_id, "0001");
  EXPECT_EQ(body->order.priority, PrefetchPriority::kHigh);
  EXPECT_FALSE(body->wait);
  ASSERT_EQ(body->order.images.size(), 2);
  EXPECT_EQ(body->order.images[0].filename, "a.jpg");
  EXPECT_EQ(body->order.images[1].s3_url, "nonsense");
}

TEST(PrefetchBodyTest, WaitsAtNormalPriorityUnlessToldOtherwise) {
  const auto body =
      ParsePrefetchBody(R"({"actor_id": "a", "images": [{"s3_url": "x", "filename": null}]})");
  ASSERT_TRUE(body);
  EXPECT_TRUE(body->wait);
  EXPECT_EQ(body->order.priority, PrefetchPriority::kNormal);
}

struct Case {
  std::string text;
  RequestError expected;
  std::string names;  // what the detail must name
};

class BadPrefetchBodyTest : public testing::TestWithParam<Case> {};

TEST_P(BadPrefetchBodyTest, IsRefusedByNamingWhatIsWrong) {
  const auto body = ParsePrefetchBody(GetParam().text);
  ASSERT_FALSE(body) << GetParam().text;
  EXPECT_EQ(body.error().code, GetParam().expected) << GetParam().text;
  EXPECT_NE(body.error().detail.find(GetParam().names), std::string::npos) << body.error().detail;
}

using enum RequestError;

INSTANTIATE_TEST_SUITE_P(
    Table, BadPrefetchBodyTest,
    testing::Values(
        Case{"", kNotJson, "JSON"}, Case{"{", kNotJson, "JSON"}, Case{"[]", kInvalid, "object"},
        Case{R"({"images": []})", kInvalid, "actor_id"},
        Case{R"({"actor_id": 1, "images": []})", kInvalid, "actor_id"},
        Case{R"({"actor_id": "", "images": []})", kInvalidActorId, "actor id"},
        Case{R"({"actor_id": "../a", "images": []})", kInvalidActorId, "actor id"},
        Case{R"({"actor_id": "a"})", kInvalid, "images"},
        Case{R"({"actor_id": "a", "images": {}})", kInvalid, "images"},
        Case{R"({"actor_id": "a", "images": ["x"]})", kInvalid, "images[0]"},
        Case{R"({"actor_id": "a", "images": [{"s3_url": "x"}, {}]})", kInvalid, "images[1].s3_url"},
        Case{R"({"actor_id": "a", "images": [{"s3_url": "x", "filename": 3}]})", kInvalid,
             "images[0].filename"},
        Case{R"({"actor_id": "a", "images": [], "priority": "urgent"})", kInvalid, "priority"},
        Case{R"({"actor_id": "a", "images": [], "priority": 1})", kInvalid, "priority"},
        Case{R"({"actor_id": "a", "images": [], "wait": "no"})", kInvalid, "wait"}));

TEST(PrefetchBodyTest, Takes10000ImagesAndNoMore) {
  const auto with = [](std::size_t count) {
    std::string text = R"({"actor_id": "a", "images": [)";
    for (std::size_t i = 0; i < count; ++i)
      text += i == 0 ? R"({"s3_url":"x"})" : R"(,{"s3_url":"x"})";
    return text + "]}";
  };
  EXPECT_TRUE(ParsePrefetchBody(with(10000)));
  const auto refused = ParsePrefetchBody(with(10001));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kTooManyImages);
}

}  // namespace
}  // namespace image_cache
