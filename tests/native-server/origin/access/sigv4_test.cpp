#include "native-server/origin/access/sigv4.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

// The keys of AWS's own examples.
const Credentials kKeys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
constexpr char kEmptyHash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string SignatureOf(const std::string& authorization) {
  const std::string name = "Signature=";
  return authorization.substr(authorization.find(name) + name.size());
}

// "Signature Calculations for the Authorization Header", Amazon S3 API Reference: GET Object.
TEST(SigV4Test, AwsExampleGetObject) {
  const SigV4Request request{.path = "/test.txt",
                             .query = "",
                             .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                                         {"range", "bytes=0-9"},
                                         {"x-amz-content-sha256", kEmptyHash},
                                         {"x-amz-date", "20130524T000000Z"}}};
  EXPECT_EQ(SigV4Authorization(request, kKeys, "us-east-1"),
            "AWS4-HMAC-SHA256 "
            "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

SigV4Request BucketExample(std::string_view query) {
  return {.path = "/",
          .query = query,
          .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                      {"x-amz-content-sha256", kEmptyHash},
                      {"x-amz-date", "20130524T000000Z"}}};
}

// The same page: GET Bucket Lifecycle (a parameter without a value) and List Objects.
TEST(SigV4Test, AwsExamplesWithQueries) {
  EXPECT_EQ(SignatureOf(SigV4Authorization(BucketExample("lifecycle"), kKeys, "us-east-1")),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(
      SignatureOf(SigV4Authorization(BucketExample("max-keys=2&prefix=J"), kKeys, "us-east-1")),
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  EXPECT_EQ(
      SignatureOf(SigV4Authorization(BucketExample("prefix=J&max-keys=2"), kKeys, "us-east-1")),
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

struct Vector {
  const char* path;
  const char* query;
  const char* signature;
};

class SigV4VectorTest : public testing::TestWithParam<Vector> {};

// Computed with aws4 1.13 and @smithy/signature-v4, which agree on each.
TEST_P(SigV4VectorTest, SignsWhatTheOthersSign) {
  const SigV4Request request{.path = GetParam().path,
                             .query = GetParam().query,
                             .headers = {{"host", "s3.eu-west-1.amazonaws.com"},
                                         {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                                         {"x-amz-date", "20261122T120000Z"}}};
  EXPECT_EQ(SignatureOf(SigV4Authorization(request, kKeys, "eu-west-1")), GetParam().signature)
      << CanonicalRequest(request);
}

constexpr Vector kVectors[] = {
    {"/bucket/a%20b.jpg", "", "a4de92dde30ec060abc63b2d255823fa63d209fec1bc35ad716901a4d18d87e0"},
    {"/bucket/a%2Bb.jpg", "", "d02be08e7548e1f5106b7406d539457181a78f0e5f2b6586002864b6503cb61f"},
    {"/bucket/%C3%A9%25.jpg", "",
     "855f6588ec16e2d270400ee0ebbba358f7a6921f0418aa869d2f5a126d5d18ee"},
    {"/bucket/a(1).jpg", "", "82af0358ec45912ceeaade1d2676239821e747c948114ef832da7f7309acb97e"},
    {"/bucket/a%281%29.jpg", "",
     "82af0358ec45912ceeaade1d2676239821e747c948114ef832da7f7309acb97e"},
    {"/bucket/!'()*@:=,;$&.jpg", "",
     "15db341a70617ab719cd52e47bb0f86ae8a736a66d218650ffaeeaa12b29a4f5"},
    {"/bucket/k.jpg", "versionId=ab%2Fc%2Bd",
     "48ba34bf1785ec936921dd72edc06967b03fc1d639e624d23785af9b6a5daeb9"},
    {"/bucket/k.jpg", "x=1&a=2&acl",
     "88053c35ddc32be4428b294ffdb9e895b63cd4c8bcc96c5d3f09c3b4b41d7ec4"},
};
INSTANTIATE_TEST_SUITE_P(Requests, SigV4VectorTest, testing::ValuesIn(kVectors));

TEST(SigV4Test, ASessionTokenIsSigned) {
  const SigV4Request request{.path = "/bucket/k.jpg",
                             .query = "",
                             .headers = {{"host", "s3.eu-west-1.amazonaws.com"},
                                         {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                                         {"x-amz-date", "20261122T120000Z"},
                                         {"x-amz-security-token", "tok/en=="}}};
  EXPECT_EQ(SignatureOf(SigV4Authorization(request, kKeys, "eu-west-1")),
            "5da06011089cdc35a9c58c0080cb5e36d2da7469a8f3eabaea49a48101f8a72d");
}

std::string CanonicalPathOf(std::string_view path, PlusInPath plus) {
  const std::string text =
      CanonicalRequest({.path = path,
                        .query = "",
                        .headers = {{"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}},
                        .plus_in_path = plus});
  const std::size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST(SigV4Test, APlusInThePathIsWhatTheServerTakesItFor) {
  EXPECT_EQ(CanonicalPathOf("/b/a+b", PlusInPath::kPlus), "/b/a%2Bb");
  EXPECT_EQ(CanonicalPathOf("/b/a+b", PlusInPath::kBlank), "/b/a%20b");
  EXPECT_EQ(CanonicalPathOf("/b/a%2Bb", PlusInPath::kBlank), "/b/a%2Bb");
}

TEST(SigV4Test, ThePathIsDecodedOnceAndNotNormalised) {
  EXPECT_EQ(CanonicalPathOf("/b/a%2520b", PlusInPath::kPlus), "/b/a%2520b");
  EXPECT_EQ(CanonicalPathOf("/b/../c//./d", PlusInPath::kPlus), "/b/../c//./d");
  EXPECT_EQ(CanonicalPathOf("/b/x%2fy", PlusInPath::kPlus), "/b/x/y");
  EXPECT_EQ(CanonicalPathOf("", PlusInPath::kPlus), "/");
}

TEST(SigV4Test, DatesAreUtcToTheSecond) {
  EXPECT_EQ(AmzDate(1369353600000), "20130524T000000Z");
  EXPECT_EQ(AmzDate(1795348799999), "20261122T115959Z");
}

}  // namespace
}  // namespace image_cache
