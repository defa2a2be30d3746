#include "native-server/origin/access/request_signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr std::int64_t kNowMs = 1369353600000;

class FixedKeys final : public CredentialsProvider {
 public:
  std::optional<Credentials> Get() override { return Credentials{"AKID", "secret", ""}; }
  std::string Region() const override { return "eu-central-1"; }
};

std::vector<std::string> Sign(std::string_view url, const char* endpoint = nullptr) {
  S3Addressing addressing;
  if (endpoint != nullptr) addressing.endpoint = ParseS3Endpoint(endpoint).value();
  FixedKeys keys;
  return SigningHeaders(url, addressing, keys, kNowMs);
}

struct Case {
  const char* url;
  const char* endpoint;  // null: none
  const char* scope;     // of the signature; empty: not signed
};

class RequestSigningTest : public testing::TestWithParam<Case> {};

TEST_P(RequestSigningTest, ShowsCredentialsToS3OnlyAndForTheRightRegion) {
  const auto lines = Sign(GetParam().url, GetParam().endpoint);
  if (*GetParam().scope == '\0') {
    EXPECT_THAT(lines, testing::IsEmpty()) << GetParam().url;
    return;
  }
  ASSERT_FALSE(lines.empty()) << GetParam().url;
  EXPECT_THAT(lines.back(),
              testing::StartsWith("Authorization: AWS4-HMAC-SHA256 Credential=AKID/"
                                  "20130524/" +
                                  std::string(GetParam().scope) + "/s3/aws4_request,"));
}

constexpr Case kCases[] = {
    {"https://s3.amazonaws.com/bucket/k.jpg", nullptr, "eu-central-1"},
    {"https://s3.eu-west-1.amazonaws.com/bucket/k.jpg", nullptr, "eu-west-1"},
    {"https://bucket.s3.us-east-2.amazonaws.com/k.jpg", nullptr, "us-east-2"},
    {"https://bucket.s3.amazonaws.com/k.jpg?versionId=1", nullptr, "eu-central-1"},
    {"https://s3.eu-west-1.amazonaws.com/bucket?list-type=2", nullptr, "eu-west-1"},
    {"https://bucket.s3.us-east-2.amazonaws.com/?list-type=2", nullptr, "us-east-2"},
    {"https://s3.amazonaws.com/?list-type=2", nullptr, ""},
    {"https://s3.amazonaws.com", nullptr, ""},
    {"http://s3.amazonaws.com/bucket/k.jpg", nullptr, ""},
    {"https://s3.amazonaws.com:8443/bucket/k.jpg", nullptr, ""},
    {"https://s3.amazonaws.com/bucket/k?X-Amz-Signature=1", nullptr, ""},
    {"https://s3.amazonaws.com/bucket/k?x=1&x-amz-signature=1", nullptr, ""},
    {"https://s3.amazonaws.com/bucket/k?AWSAccessKeyId=k&Expires=1&Signature=s", nullptr, ""},
    {"https://s3.amazonaws.com/bucket/k?Signature=of-the-painter", nullptr, "eu-central-1"},
    {"https://cdn.example.com/bucket/k.jpg", nullptr, ""},
    {"https://d1.cloudfront.net/k?Key-Pair-Id=k&Signature=s", nullptr, ""},
    {"https://s3.amazonaws.com.evil.example/bucket/k.jpg", nullptr, ""},
    {"http://localhost:4569/bucket/k.jpg", nullptr, ""},
    {"http://localhost:4569/bucket/k.jpg", "http://localhost:4569", "eu-central-1"},
    {"http://bucket.localhost:4569/k.jpg", "http://localhost:4569", "eu-central-1"},
    {"http://localhost:4570/bucket/k.jpg", "http://localhost:4569", ""},
    {"https://localhost:4569/bucket/k.jpg", "http://localhost:4569", ""},
};
INSTANTIATE_TEST_SUITE_P(Urls, RequestSigningTest, testing::ValuesIn(kCases));

TEST(RequestSigning, TheHostIsSignedAsItIsSent) {
  EXPECT_THAT(Sign("http://localhost:4569/b/k", "http://localhost:4569"),
              testing::Contains("host: localhost:4569"));
  EXPECT_THAT(Sign("https://s3.amazonaws.com:443/b/k"),
              testing::Contains("host: s3.amazonaws.com"));
  EXPECT_THAT(Sign("http://minio.local:80/b/k", "http://minio.local"),
              testing::Contains("host: minio.local"));
}

TEST(RequestSigning, AwsReadsAPlusAsABlankAndOthersDoNot) {
  // The same bytes and scope on both but for the host: told apart by what a blank would give.
  EXPECT_EQ(Sign("https://s3.amazonaws.com/b/a+b").back(),
            Sign("https://s3.amazonaws.com/b/a%20b").back());
  EXPECT_EQ(Sign("http://localhost/b/a+b", "http://localhost").back(),
            Sign("http://localhost/b/a%2Bb", "http://localhost").back());
}

TEST(RequestSigning, KnowsPresignedQueries) {
  EXPECT_TRUE(IsPresigned("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc"));
  EXPECT_TRUE(IsPresigned("Expires=1&Signature=a&AWSAccessKeyId=k"));
  EXPECT_TRUE(IsPresigned("Policy=p&Signature=a&Key-Pair-Id=k"));
  EXPECT_TRUE(IsPresigned("X%2DAmz-Signature=abc"));
  EXPECT_FALSE(IsPresigned(""));
  EXPECT_FALSE(IsPresigned("versionId=X-Amz-Signature"));
  EXPECT_FALSE(IsPresigned("Signature=a"));
  EXPECT_FALSE(IsPresigned("Xx-Amz-Signature=a"));
}

}  // namespace
}  // namespace image_cache
