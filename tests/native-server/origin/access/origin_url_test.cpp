#include "native-server/origin/access/origin_url.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

Result<OriginUrl, OriginError> Resolve(std::string_view url, std::vector<std::string> patterns = {},
                                       std::string_view region = "us-east-1") {
  const OriginPolicy policy = OriginPolicy::Create(patterns, std::nullopt).value();
  return ResolveOriginUrl(url, {}, region, policy);
}

TEST(OriginUrlTest, AnHttpUrlStaysAsItIs) {
  const std::string url = "https://S3.Amazonaws.com/bucket/a%20b+c.jpg?X-Amz-Signature=a%2fb";
  const auto resolved = Resolve(url);
  ASSERT_TRUE(resolved.has_value());
  EXPECT_EQ(resolved->url, url);
  EXPECT_EQ(resolved->host, "s3.amazonaws.com");
}

TEST(OriginUrlTest, AnS3UrlIsLookedForInTheRegion) {
  EXPECT_EQ(Resolve("s3://dotted.bucket/k.jpg", {}, "eu-west-1")->url,
            "https://s3.eu-west-1.amazonaws.com/dotted.bucket/k.jpg");
  EXPECT_EQ(Resolve("s3://dotted.bucket/k.jpg?versionId=1", {}, "cn-north-1")->url,
            "https://s3.cn-north-1.amazonaws.com.cn/dotted.bucket/k.jpg?versionId=1");
  const auto plain = Resolve("S3://bucket/s3.amazonaws.com/k.jpg", {}, "eu-west-1");
  ASSERT_TRUE(plain.has_value());
  EXPECT_NE(plain->host.find("s3.eu-west-1.amazonaws.com"), std::string::npos);
  EXPECT_NE(plain->url.find("/s3.amazonaws.com/k.jpg"), std::string::npos);
}

TEST(OriginUrlTest, WhereTheRegionsHostIsNotAllowedTheGlobalOneIsAsked) {
  const auto resolved =
      Resolve("s3://dotted.bucket/k.jpg", {"https://s3.amazonaws.com"}, "eu-west-1");
  ASSERT_TRUE(resolved.has_value());
  EXPECT_EQ(resolved->host, "s3.amazonaws.com");
}

TEST(OriginUrlTest, ARegionThatIsNoneChangesNoHost) {
  EXPECT_EQ(Resolve("s3://dotted.bucket/k.jpg", {}, "evil.example/")->host, "s3.amazonaws.com");
}

TEST(OriginUrlTest, TheRefusalNamesTheHostAndNothingOfTheQuery) {
  const auto refused = Resolve("https://example.com/k.jpg?Signature=secret");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, OriginError::kNotAllowed);
  EXPECT_EQ(refused.error().detail, "the origin example.com is not one that may be fetched from");
}

// An endpoint may be written so; libcurl would connect to another host than it names.
TEST(OriginUrlTest, AHostThatLibcurlReadsOtherwiseIsRefused) {
  for (const std::string origin : {"http://127.1", "http://0x7f.1", "http://2130706433"}) {
    const S3Endpoint endpoint = ParseS3Endpoint(origin).value();
    const OriginPolicy policy = OriginPolicy::Create({}, endpoint).value();
    ASSERT_TRUE(policy.AllowsUrl(origin + "/b/k.jpg"));
    const auto refused =
        ResolveOriginUrl(origin + "/b/k.jpg", {.endpoint = endpoint}, "us-east-1", policy);
    ASSERT_FALSE(refused.has_value()) << origin;
    EXPECT_EQ(refused.error().code, OriginError::kNotAllowed) << origin;
  }
}

TEST(OriginUrlTest, ABucketIsAskedWhereItsObjectsAre) {
  const OriginPolicy policy = OriginPolicy::Create({}, std::nullopt).value();
  const auto resolve = [&](std::string_view url) {
    return ResolveBucketUrl(url, {}, "eu-west-1", policy).value().url;
  };
  EXPECT_EQ(resolve("s3://bucket/-?list-type=2&prefix=a%2Fb"),
            "https://bucket.s3.eu-west-1.amazonaws.com/?list-type=2&prefix=a%2Fb");
  EXPECT_EQ(resolve("s3://dotted.bucket/-?list-type=2"),
            "https://s3.eu-west-1.amazonaws.com/dotted.bucket?list-type=2");
}

TEST(OriginUrlTest, WhatIsNoUrlIsInvalid) {
  for (const std::string& url : {std::string("s3://bucket"), std::string("https://"),
                                 std::string("https://s3.amazonaws.com/b/k\n"),
                                 "https://s3.amazonaws.com/b/" + std::string(9000, 'k')}) {
    const auto refused = Resolve(url);
    ASSERT_FALSE(refused.has_value()) << url;
    EXPECT_EQ(refused.error().code, OriginError::kInvalidUrl) << url;
  }
}

}  // namespace
}  // namespace image_cache
