#include "shared/keys/cache_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace image_cache {
namespace {

S3Addressing OnEndpoint(const std::string& url) { return {.endpoint = *ParseS3Endpoint(url)}; }

std::string Key(const std::string& url, const S3Addressing& addressing = {}) {
  const auto key = MakeCacheKey(url, addressing);
  return key ? *key : "error: " + key.error().detail;
}

struct OneKey {
  std::string key;
  std::vector<std::string> urls;  // besides the key itself
};

void ExpectOneKey(const std::vector<OneKey>& cases, const S3Addressing& addressing) {
  for (const OneKey& c : cases) {
    EXPECT_EQ(Key(c.key, addressing), c.key) << "a key is its own key";
    for (const std::string& url : c.urls) EXPECT_EQ(Key(url, addressing), c.key) << url;
  }
}

TEST(CacheKeyTest, IsOneForAllUrlsOfAnObjectOnAws) {
  ExpectOneKey(
      {
          {"https://s3.amazonaws.com/training/0001/image.jpg",
           {"s3://training/0001/image.jpg", "S3://training/0001/image.jpg",
            "HTTPS://S3.AMAZONAWS.COM/training/0001/image.jpg",
            "http://s3.amazonaws.com/training/0001/image.jpg",
            "https://s3.amazonaws.com:443/training/0001/image.jpg",
            "https://s3.amazonaws.com./training/0001/image.jpg",
            "https://s3.amazonaws.com/training/0001/image.jpg#top",
            "https://s3.amazonaws.com/training/0001/image.jpg?",
            "https://s3.amazonaws.com/training/0001/image.jpg?&",
            "https://training.s3.amazonaws.com/0001/image.jpg",
            "https://TRAINING.s3.amazonaws.com/0001/image.jpg",
            "https://training.s3.eu-west-1.amazonaws.com/0001/image.jpg",
            "https://training.s3-eu-west-1.amazonaws.com/0001/image.jpg",
            "https://training.s3.dualstack.eu-west-1.amazonaws.com/0001/image.jpg",
            "https://s3.eu-west-1.amazonaws.com/training/0001/image.jpg",
            "https://s3-eu-west-1.amazonaws.com/training/0001/image.jpg",
            "https://s3.amazonaws.com/training/0001%2Fimage.jpg",
            "https://s3.amazonaws.com/training/%30001/im%61ge%2ejpg"}},
          {"https://s3.amazonaws.com/my.photos.example/k.jpg",
           {"https://my.photos.example.s3.amazonaws.com/k.jpg", "s3://my.photos.example/k.jpg"}},
          {"https://s3.amazonaws.com.cn/bucket/k.jpg",
           {"https://s3.cn-north-1.amazonaws.com.cn/bucket/k.jpg",
            "https://bucket.s3.cn-northwest-1.amazonaws.com.cn/k.jpg"}},
          {"https://s3.us-gov-west-1.amazonaws.com/bucket/k.jpg",
           {"https://bucket.s3.us-gov-east-1.amazonaws.com/k.jpg",
            "https://s3-fips.us-gov-west-1.amazonaws.com/bucket/k.jpg"}},
      },
      {});
}

TEST(CacheKeyTest, IsOneForAllUrlsOfAnObjectOnAnEndpoint) {
  ExpectOneKey({{"http://localhost:4569/training/a%20b.jpg",
                 {"s3://training/a b.jpg", "http://LOCALHOST:4569/training/a%20b.jpg",
                  "http://training.localhost:4569/a b.jpg?X-Amz-Signature=1",
                  "http://localhost.:4569/training/a%20b.jpg"}},
                {"https://s3.amazonaws.com/training/k", {"https://training.s3.amazonaws.com/k"}}},
               OnEndpoint("http://localhost:4569"));
  ExpectOneKey({{"https://minio.example/training/k",
                 {"https://minio.example:443/training/k", "https://training.minio.example/k"}}},
               OnEndpoint("https://minio.example:443"));
  ExpectOneKey({{"http://[::1]:9000/training/k", {"s3://training/k"}}},
               OnEndpoint("http://[::1]:9000"));
  ExpectOneKey({{"https://s3.amazonaws.com/training/k",
                 {"s3://training/k", "https://s3.eu-west-1.amazonaws.com/training/k"}}},
               OnEndpoint("https://s3.eu-west-1.amazonaws.com"));
}

TEST(CacheKeyTest, LosesWhatOnlySignsOrShapesTheResponse) {
  const std::string base = "https://s3.amazonaws.com/b/k";
  for (const std::string query : {
           "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20240101%2Fus-east-1%2Fs3"
           "%2Faws4_request&X-Amz-Date=20240101T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
           "&X-Amz-Security-Token=t&X-Amz-Signature=abc&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD",
           "x-amz-signature=abc&X-AMZ-DATE=1",
           "X%2DAmz%2DSignature=abc",
           "AWSAccessKeyId=AKIA&Signature=abc%3D&Expires=1700000000",
           "x-id=GetObject",
           "response-content-type=image%2Fpng&response-content-disposition=attachment",
           "Key-Pair-Id=K&Policy=p&Signature=s",
           "X-Amz-Checksum-Mode=ENABLED",
           "&&x-id=GetObject&",
       }) {
    EXPECT_EQ(Key(base + '?' + query), base) << query;
  }
}

TEST(CacheKeyTest, KeepsEveryOtherParameterInItsPlace) {
  const std::string base = "https://s3.amazonaws.com/b/k";
  EXPECT_EQ(Key(base + "?X-Amz-Date=1&versionId=v%2e1&X-Amz-Signature=2"), base + "?versionId=v.1");
  EXPECT_EQ(Key(base + "?versionId=null&x-id=GetObject"), base + "?versionId=null");
  EXPECT_EQ(Key(base + "?b=2&a=1"), base + "?b=2&a=1");
  EXPECT_EQ(Key(base + "?versionId"), base + "?versionId");
  EXPECT_NE(Key(base + "?versionId=1"), Key(base + "?versionId=2"));
  EXPECT_NE(Key(base + "?versionId=1"), Key(base));
  // Another origin's parameters that only look alike.
  EXPECT_EQ(Key("https://cdn.example/k?expires=1&signature=2&policy=3"),
            "https://cdn.example/k?expires=1&signature=2&policy=3");
  EXPECT_EQ(Key("https://cdn.example/k?Expiresx=1&XX-Amz-Date=2"),
            "https://cdn.example/k?Expiresx=1&XX-Amz-Date=2");
  EXPECT_EQ(Key("https://cdn.example/k?w=100&Signature=s"), "https://cdn.example/k?w=100");
}

TEST(CacheKeyTest, NormalizesThePercentEncoding) {
  const std::string base = "https://s3.amazonaws.com/b/";
  EXPECT_EQ(Key(base + "\xC3\xA9.jpg"), Key(base + "%C3%A9.jpg"));
  EXPECT_EQ(Key(base + "%c3%a9.jpg"), Key(base + "%C3%A9.jpg"));
  EXPECT_EQ(Key(base + "a b.jpg"), Key(base + "a%20b.jpg"));
  EXPECT_EQ(Key(base + "%7Ea.jpg"), Key(base + "~a.jpg"));
  EXPECT_EQ(Key(base + "100%25.jpg"), base + "100%25.jpg");
  for (const std::string pair : {"!%21", "'%27", "(%28", ")%29", "*%2A", "$%24", "&%26", ",%2C",
                                 ";%3B", "=%3D", ":%3A", "@%40"}) {
    EXPECT_EQ(Key(base + pair.substr(0, 1)), Key(base + pair.substr(1))) << pair;
  }
  EXPECT_NE(Key(base + "a+b"), Key(base + "a%2Bb"));
  EXPECT_NE(Key(base + "a+b"), Key(base + "a%20b"));
  EXPECT_NE(Key(base + "a%3Fb"), Key(base + "a?b"));
  EXPECT_NE(Key(base + "a%23b"), Key(base + "a#b"));
  EXPECT_NE(Key(base + "a%2541"), Key(base + "a%41"));
}

TEST(CacheKeyTest, KeepsDifferentObjectsApart) {
  const std::vector<std::string> urls = {
      "https://s3.amazonaws.com/bucket/key",
      "https://s3.amazonaws.com/bucket/Key",
      "https://s3.amazonaws.com/Bucket/key",
      "https://s3.amazonaws.com/bucket//key",
      "https://s3.amazonaws.com/bucket/key/",
      "https://s3.amazonaws.com/bucket/a/../key",
      "https://s3.cn-north-1.amazonaws.com.cn/bucket/key",
      "https://s3.us-gov-west-1.amazonaws.com/bucket/key",
      "https://s3.amazonaws.com:8443/bucket/key",
      "https://minio.example/bucket/key",
      "http://minio.example/bucket/key",
      "http://minio.example:8080/bucket/key",
      "https://other.example/bucket/key",
  };
  for (std::size_t i = 0; i < urls.size(); ++i) {
    for (std::size_t j = i + 1; j < urls.size(); ++j) {
      EXPECT_NE(Key(urls[i]), Key(urls[j])) << urls[i] << " and " << urls[j];
    }
  }
}

TEST(CacheKeyTest, LeavesOrdinaryUrlsMostlyAlone) {
  EXPECT_EQ(Key("HTTPS://CDN.Example:443/A/b%2fc.jpg?w=%7e1#x"),
            "https://cdn.example/A/b%2Fc.jpg?w=~1");
  EXPECT_EQ(Key("http://cdn.example"), "http://cdn.example/");
  EXPECT_EQ(Key("http://cdn.example:/"), "http://cdn.example/");
  EXPECT_EQ(Key("http://cdn.example:443/a"), "http://cdn.example:443/a");
  EXPECT_EQ(Key("http://[2001:DB8::1]:8080/a"), "http://[2001:db8::1]:8080/a");
  EXPECT_EQ(Key("https://cdn.example/(a)%28a%29"), "https://cdn.example/(a)%28a%29");
}

TEST(CacheKeyTest, RefusesAnS3UrlWithoutAnObject) {
  for (const std::string url :
       {"s3://bucket", "s3://bucket/", "https://s3.amazonaws.com/bucket",
        "https://s3.amazonaws.com/bucket/", "https://bucket.s3.amazonaws.com/?list-type=2"}) {
    const auto key = MakeCacheKey(url, {});
    ASSERT_FALSE(key) << url;
    EXPECT_EQ(key.error().code, UrlError::kInvalid);
  }
  EXPECT_FALSE(MakeCacheKey("http://localhost:4569/bucket", OnEndpoint("http://localhost:4569")));
}

TEST(CacheKeyTest, RefusesAUrlWhoseKeyWouldBeTooLong) {
  std::string url = "https://host/";
  url.append((kMaxUrlBytes - url.size()) / 2, ' ');  // three times as long when escaped
  ASSERT_TRUE(SplitUrl(url));
  ASSERT_FALSE(MakeCacheKey(url, {}));
  EXPECT_EQ(MakeCacheKey(url, {}).error().code, UrlError::kTooLong);
}

TEST(FetchUrlTest, ReturnsAWebUrlToTheLetter) {
  for (const std::string url :
       {"https://S3.amazonaws.com:443/b/a%2fb?X-Amz-Signature=1#f", "http://host/a b\xC3\xA9"}) {
    EXPECT_EQ(FetchUrl(url, {}).value_or("refused"), url);
    EXPECT_EQ(FetchUrl(url, OnEndpoint("http://localhost:1")).value_or("refused"), url);
  }
}

TEST(FetchUrlTest, TurnsS3UrlsIntoWhatCanBeFetched) {
  EXPECT_EQ(*FetchUrl("s3://bucket/a b.jpg", {}), "https://bucket.s3.amazonaws.com/a%20b.jpg");
  EXPECT_EQ(*FetchUrl("s3://bucket/k?versionId=1", {}),
            "https://bucket.s3.amazonaws.com/k?versionId=1");
  EXPECT_EQ(*FetchUrl("s3://my.photos/k", {}), "https://s3.amazonaws.com/my.photos/k");
  EXPECT_EQ(*FetchUrl("s3://Old_Bucket/k", {}), "https://s3.amazonaws.com/Old_Bucket/k");
}

TEST(FetchUrlTest, NamesTheHostAfterTheBucketWhereAnEndpointMayHaveNamesBelow) {
  EXPECT_EQ(*FetchUrl("s3://bucket/k", OnEndpoint("https://minio.example.com")),
            "https://bucket.minio.example.com/k");
  EXPECT_EQ(*FetchUrl("s3://bucket/k?versionId=1", OnEndpoint("http://minio.local:9000")),
            "http://bucket.minio.local:9000/k?versionId=1");
  EXPECT_EQ(*FetchUrl("s3://bucket/k", OnEndpoint("https://s3.eu-west-1.amazonaws.com")),
            "https://bucket.s3.eu-west-1.amazonaws.com/k");
  EXPECT_EQ(*FetchUrl("s3://my.photos/k", OnEndpoint("https://minio.example.com")),
            "https://minio.example.com/my.photos/k");
}

TEST(FetchUrlTest, AsksInPathStyleWhereThereAreNone) {
  for (const std::string origin :
       {"http://localhost:4569", "http://s3.localhost:4569", "http://minio:9000",
        "http://127.0.0.1:9000", "http://[::1]:9000", "http://[::ffff:10.0.0.1]"}) {
    EXPECT_EQ(*FetchUrl("s3://bucket/k", OnEndpoint(origin)), origin + "/bucket/k");
  }
}

TEST(FetchUrlTest, AsksInPathStyleWhenItIsTold) {
  S3Addressing addressing = OnEndpoint("https://minio.example.com");
  addressing.path_style = true;
  EXPECT_EQ(*FetchUrl("s3://bucket/k", addressing), "https://minio.example.com/bucket/k");
  EXPECT_EQ(*FetchUrl("s3://bucket/k", {.endpoint = {}, .path_style = true}),
            "https://s3.amazonaws.com/bucket/k");
  const std::string written = "https://bucket.minio.example.com/k";
  EXPECT_EQ(*FetchUrl(written, addressing), written);
}

TEST(FetchUrlTest, NamesTheSameObjectAsTheUrlItCameFrom) {
  for (S3Addressing addressing :
       {S3Addressing{}, OnEndpoint("http://localhost:4569"), OnEndpoint("http://minio.local:9000"),
        OnEndpoint("https://s3.eu-west-1.amazonaws.com")}) {
    for (const std::string url : {"s3://bucket/a b+c%2B(d).jpg?versionId=1", "s3://my.photos/k"}) {
      const std::string key = Key(url, addressing);
      for (const bool path_style : {false, true}) {
        addressing.path_style = path_style;
        EXPECT_EQ(Key(url, addressing), key);
        EXPECT_EQ(Key(*FetchUrl(url, addressing), addressing), key);
      }
    }
  }
}

TEST(FetchUrlTest, RefusesWhatNamesNoObject) {
  EXPECT_EQ(FetchUrl("s3://bucket", {}).error().code, UrlError::kInvalid);
  EXPECT_EQ(FetchUrl("ftp://host/a", {}).error().code, UrlError::kUnsupportedScheme);
  EXPECT_EQ(FetchUrl("https://u:p@host/a", {}).error().code, UrlError::kHasCredentials);
}

}  // namespace
}  // namespace image_cache
