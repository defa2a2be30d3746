#include "shared/keys/cache_key_maker.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {
namespace {

const std::vector<S3Addressing>& Addressings() {
  static const std::vector<S3Addressing> addressings = {
      {},
      {.endpoint = S3Endpoint{"http", "localhost", 4569}},
      {.endpoint = S3Endpoint{"https", "s3.eu-west-1.amazonaws.com", 443}, .path_style = true},
      {.endpoint = S3Endpoint{"https", "minio.example.com", 443}},
  };
  return addressings;
}

// Pieces of URLs, put together at random: most are nearly right.
std::string RandomUrl(std::mt19937& random) {
  static const std::vector<std::string> kOrigins = {"https://s3.amazonaws.com/",
                                                    "https://b.s3.eu-west-1.amazonaws.com/",
                                                    "s3://bucket/",
                                                    "http://localhost:4569/",
                                                    "https://cdn.example.com/",
                                                    "https://CDN.example.com:443/",
                                                    "https://s3.us-gov-west-1.amazonaws.com/",
                                                    "https://minio.example.com/",
                                                    "https://b.minio.example.com/",
                                                    "https://user@host/",
                                                    "nope/",
                                                    "https://host",
                                                    "https://[::1]:80/"};
  static const std::vector<std::string> kPieces = {"a",
                                                   "b/c",
                                                   "/",
                                                   ".",
                                                   "..",
                                                   "%41",
                                                   "%2F",
                                                   "%",
                                                   "+",
                                                   "%2B",
                                                   "?",
                                                   "#",
                                                   "&",
                                                   "=",
                                                   "~",
                                                   ":",
                                                   "@",
                                                   " ",
                                                   "\xC3\xA9",
                                                   "\n",
                                                   "X-Amz-Signature=1",
                                                   "x-amz-date=%2F",
                                                   "Expires=5",
                                                   "versionId=1",
                                                   "%58-Amz-Date=1",
                                                   "!$'()*,;",
                                                   "very-long-bucket-name",
                                                   "_",
                                                   "\""};
  std::string url = kOrigins[random() % kOrigins.size()];
  for (unsigned pieces = random() % 8; pieces > 0; --pieces) {
    url += kPieces[random() % kPieces.size()];
  }
  return url;
}

TEST(CacheKeyMakerTest, MakesWhatMakeCacheKeyMakes) {
  std::mt19937 random(1);
  for (const S3Addressing& addressing : Addressings()) {
    CacheKeyMaker maker(addressing);
    for (int i = 0; i < 30'000; ++i) {
      const std::string url = RandomUrl(random);
      const auto expected = MakeCacheKey(url, addressing);
      const auto key = maker.Make(url);
      ASSERT_EQ(key.has_value(), expected.has_value()) << url;
      if (key) {
        ASSERT_EQ(*key, *expected) << url;
      }
    }
  }
}

TEST(CacheKeyMakerTest, KeepsToTheLimitOfLength) {
  CacheKeyMaker maker;
  const std::string origin = "https://b.s3.amazonaws.com/";
  ASSERT_TRUE(maker.Make(origin + "a"));
  for (const std::size_t size : {kMaxUrlBytes - 1, kMaxUrlBytes, kMaxUrlBytes + 1}) {
    const std::string url = origin + std::string(size - origin.size(), 'a');
    EXPECT_EQ(maker.Make(url).has_value(), MakeCacheKey(url, {}).has_value()) << size;
  }
}

// The key is the URL's own bytes where nothing is to be changed.
TEST(CacheKeyMakerTest, CopiesNothingThatIsAKeyAlready) {
  CacheKeyMaker maker;
  const std::string url = "https://s3.amazonaws.com/bucket/key.jpg?X-Amz-Signature=1";
  (void)maker.Make(url);
  const auto key = maker.Make(url);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->data(), url.data());
  EXPECT_EQ(*key, "https://s3.amazonaws.com/bucket/key.jpg");
}

}  // namespace
}  // namespace image_cache
