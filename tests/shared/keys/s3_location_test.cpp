#include "shared/keys/s3_location.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

struct Located {
  std::string url;
  std::string bucket, key, region, dns_suffix;
};

std::optional<S3Location> Locate(const std::string& url, const S3Endpoint* endpoint = nullptr) {
  const auto parts = SplitUrl(url);
  return parts ? ParseS3Location(*parts, endpoint) : std::nullopt;
}

TEST(S3LocationTest, ReadsEveryFormOfAwsUrls) {
  const std::string com = "amazonaws.com", china = "amazonaws.com.cn";
  const Located cases[] = {
      {"s3://bucket/a/b.jpg", "bucket", "a/b.jpg", "", com},
      {"https://s3.amazonaws.com/bucket/a/b.jpg", "bucket", "a/b.jpg", "", com},
      {"http://s3.amazonaws.com:80/bucket/k", "bucket", "k", "", com},
      {"https://S3.AmazonAWS.com./bucket/k", "bucket", "k", "", com},
      {"https://s3.eu-west-1.amazonaws.com/bucket/k", "bucket", "k", "eu-west-1", com},
      {"https://s3-eu-west-1.amazonaws.com/bucket/k", "bucket", "k", "eu-west-1", com},
      {"https://s3.dualstack.us-east-1.amazonaws.com/bucket/k", "bucket", "k", "us-east-1", com},
      {"https://s3-fips.us-east-2.amazonaws.com/bucket/k", "bucket", "k", "us-east-2", com},
      {"https://s3-fips.dualstack.us-east-2.amazonaws.com/b/k", "b", "k", "us-east-2", com},
      {"https://s3-fips-us-gov-west-1.amazonaws.com/b/k", "b", "k", "us-gov-west-1", com},
      {"https://s3-external-1.amazonaws.com/bucket/k", "bucket", "k", "", com},
      {"https://bucket.s3.amazonaws.com/a/b.jpg", "bucket", "a/b.jpg", "", com},
      {"https://bucket.s3.ap-southeast-2.amazonaws.com/k", "bucket", "k", "ap-southeast-2", com},
      {"https://bucket.s3-us-west-2.amazonaws.com/k", "bucket", "k", "us-west-2", com},
      {"https://bucket.s3.dualstack.eu-west-1.amazonaws.com/k", "bucket", "k", "eu-west-1", com},
      {"https://bucket.s3-accelerate.amazonaws.com/k", "bucket", "k", "", com},
      {"https://bucket.s3-accelerate.dualstack.amazonaws.com/k", "bucket", "k", "", com},
      {"https://s3.cn-north-1.amazonaws.com.cn/bucket/k", "bucket", "k", "cn-north-1", china},
      {"https://bucket.s3.cn-north-1.amazonaws.com.cn/k", "bucket", "k", "cn-north-1", china},
      // Buckets whose names look like a part of the host.
      {"https://my.photos.example.s3.amazonaws.com/k", "my.photos.example", "k", "", com},
      {"https://a.s3.b.s3.eu-west-1.amazonaws.com/k", "a.s3.b", "k", "eu-west-1", com},
      {"https://s3.s3.amazonaws.com/k", "s3", "k", "", com},
      {"https://us-west-2.s3.amazonaws.com/k", "us-west-2", "k", "", com},
      {"https://s3.amazonaws.com/my.photos/k", "my.photos", "k", "", com},
      {"https://s3.amazonaws.com/Old_Bucket/k", "Old_Bucket", "k", "", com},
      {"https://s3.amazonaws.com/%62ucket/k", "bucket", "k", "", com},
      // Keys.
      {"https://s3.amazonaws.com/bucket//k", "bucket", "/k", "", com},
      {"https://s3.amazonaws.com/bucket/folder/", "bucket", "folder/", "", com},
      {"https://s3.amazonaws.com/bucket/a/../b", "bucket", "a/../b", "", com},
      {"https://bucket.s3.amazonaws.com//k", "bucket", "/k", "", com},
  };
  for (const Located& expected : cases) {
    SCOPED_TRACE(expected.url);
    const auto location = Locate(expected.url);
    ASSERT_TRUE(location);
    EXPECT_EQ(location->bucket, expected.bucket);
    EXPECT_EQ(location->key, expected.key);
    EXPECT_EQ(location->region, expected.region);
    EXPECT_EQ(location->dns_suffix, expected.dns_suffix);
    EXPECT_FALSE(location->on_endpoint);
  }
}

TEST(S3LocationTest, LeavesOtherHostsAlone) {
  for (const std::string url : {
           "https://example.com/bucket/k",
           "https://amazonaws.com/bucket/k",
           "https://s3.amazonaws.com.evil.example/bucket/k",
           "https://s3.evilamazonaws.com/bucket/k",
           "https://evils3.amazonaws.com/bucket/k",
           "https://s3x.eu-west-1.amazonaws.com/bucket/k",
           "https://ec2.eu-west-1.amazonaws.com/bucket/k",
           "https://s3.amazonaws.com:8443/bucket/k",
           "http://s3.amazonaws.com:443/bucket/k",
           "https://bucket.s3-website-us-east-1.amazonaws.com/k",
           "https://bucket.s3-website.eu-central-1.amazonaws.com/k",
           "https://name.s3-accesspoint.eu-west-1.amazonaws.com/k",
           "https://bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com/k",
           "https://d111111abcdef8.cloudfront.net/k",
       }) {
    SCOPED_TRACE(url);
    EXPECT_FALSE(Locate(url));
    EXPECT_FALSE(IsS3Url(*SplitUrl(url), nullptr));
  }
}

TEST(S3LocationTest, FindsNoObjectInTheServiceOrABucket) {
  for (const std::string url : {
           "https://s3.amazonaws.com",
           "https://s3.amazonaws.com/",
           "https://s3.amazonaws.com/bucket",
           "https://s3.amazonaws.com/bucket/",
           "https://s3.amazonaws.com//key",
           "https://s3.amazonaws.com/../key",
           "https://s3.amazonaws.com/bu%20cket/key",
           "https://s3.amazonaws.com/bucket%2Fkey",
           "https://bucket.s3.amazonaws.com",
           "https://bucket.s3.amazonaws.com/",
           "s3://bucket",
           "s3://bucket/",
           "s3://bucket?versionId=1",
       }) {
    SCOPED_TRACE(url);
    EXPECT_FALSE(Locate(url));
    EXPECT_TRUE(IsS3Url(*SplitUrl(url), nullptr));
  }
}

TEST(S3LocationTest, ReadsBothStylesOnAnEndpoint) {
  const S3Endpoint endpoint = *ParseS3Endpoint("http://localhost:4569");
  for (const std::string url :
       {"http://localhost:4569/bucket/a/k", "http://LOCALHOST.:4569/bucket/a/k",
        "http://bucket.localhost:4569/a/k", "s3://bucket/a/k"}) {
    SCOPED_TRACE(url);
    const auto location = Locate(url, &endpoint);
    ASSERT_TRUE(location);
    EXPECT_EQ(location->bucket, "bucket");
    EXPECT_EQ(location->key, "a/k");
    EXPECT_EQ(location->dns_suffix, "");
    EXPECT_TRUE(location->on_endpoint);
  }
  for (const std::string url :
       {"https://localhost:4569/bucket/k", "http://localhost/bucket/k",
        "http://otherlocalhost:4569/bucket/k", "http://localhost.example:4569/bucket/k"}) {
    SCOPED_TRACE(url);
    EXPECT_FALSE(Locate(url, &endpoint));
  }
  const auto on_aws = Locate("https://bucket.s3.amazonaws.com/k", &endpoint);
  ASSERT_TRUE(on_aws);
  EXPECT_FALSE(on_aws->on_endpoint);
}

TEST(S3LocationTest, TakesAnEndpointOfAwsForAws) {
  const S3Endpoint endpoint = *ParseS3Endpoint("https://s3.dualstack.eu-west-1.amazonaws.com");
  for (const std::string url : {"https://s3.dualstack.eu-west-1.amazonaws.com/bucket/k",
                                "https://bucket.s3.eu-west-1.amazonaws.com/k", "s3://bucket/k"}) {
    SCOPED_TRACE(url);
    const auto location = Locate(url, &endpoint);
    ASSERT_TRUE(location);
    EXPECT_FALSE(location->on_endpoint);
    EXPECT_EQ(location->dns_suffix, "amazonaws.com");
  }
}

TEST(S3EndpointTest, ReadsAndWritesOrigins) {
  struct Case {
    std::string url, origin;
  };
  for (const Case& c : {Case{"http://localhost:4569", "http://localhost:4569"},
                        Case{"HTTP://LocalHost:4569/", "http://localhost:4569"},
                        Case{"http://minio.example.", "http://minio.example"},
                        Case{"http://minio.example:80", "http://minio.example"},
                        Case{"https://minio.example:443/", "https://minio.example"},
                        Case{"https://minio.example:80", "https://minio.example:80"},
                        Case{"http://[::1]:9000", "http://[::1]:9000"}}) {
    SCOPED_TRACE(c.url);
    const auto endpoint = ParseS3Endpoint(c.url);
    ASSERT_TRUE(endpoint) << endpoint.error().detail;
    EXPECT_EQ(endpoint->Origin(), c.origin);
    EXPECT_EQ(*ParseS3Endpoint(endpoint->Origin()), *endpoint);
    EXPECT_NE(endpoint->port, 0);
  }
}

TEST(S3EndpointTest, RefusesOfAwsWhatIsNotItsService) {
  for (const std::string url :
       {"https://bucket.s3.eu-west-1.amazonaws.com", "https://bucket.s3.amazonaws.com",
        "https://s3.amazonaws.com:8443", "http://s3.amazonaws.com:443"}) {
    const auto endpoint = ParseS3Endpoint(url);
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().code, UrlError::kInvalid) << url;
  }
  EXPECT_TRUE(ParseS3Endpoint("https://bucket.s3-website.eu-west-1.amazonaws.com:8443"));
}

TEST(S3EndpointTest, RefusesWhatIsNoOrigin) {
  EXPECT_EQ(ParseS3Endpoint("http://h/path").error().code, UrlError::kInvalid);
  EXPECT_EQ(ParseS3Endpoint("http://h?q").error().code, UrlError::kInvalid);
  EXPECT_EQ(ParseS3Endpoint("http://h#f").error().code, UrlError::kInvalid);
  EXPECT_EQ(ParseS3Endpoint("localhost").error().code, UrlError::kInvalid);
  EXPECT_EQ(ParseS3Endpoint("s3://bucket").error().code, UrlError::kUnsupportedScheme);
  EXPECT_EQ(ParseS3Endpoint("http://u:p@h").error().code, UrlError::kHasCredentials);
}

}  // namespace
}  // namespace image_cache
