#include "shared/keys/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

struct Accepted {
  std::string url;
  std::string scheme, host;
  std::uint16_t port;
  std::string path, query;
};

TEST(UrlTest, SplitsIntoViewsOfTheTextAsItIsWritten) {
  const Accepted cases[] = {
      {"https://example.com/a/b.jpg?x=1&y", "https", "example.com", 0, "/a/b.jpg", "x=1&y"},
      {"HTTPS://EXAMPLE.com:443/A", "HTTPS", "EXAMPLE.com", 443, "/A", ""},
      {"http://host", "http", "host", 0, "", ""},
      {"http://host?q", "http", "host", 0, "", "q"},
      {"http://host#f", "http", "host", 0, "", ""},
      {"http://host/?#", "http", "host", 0, "/", ""},
      {"http://host/a#b?c", "http", "host", 0, "/a", ""},
      {"http://host/a?b#c", "http", "host", 0, "/a", "b"},
      {"http://host/a?b?c", "http", "host", 0, "/a", "b?c"},
      {"http://host:/a", "http", "host", 0, "/a", ""},
      {"http://host:00080/", "http", "host", 80, "/", ""},
      {"http://host:65535/", "http", "host", 65535, "/", ""},
      {"http://host./a", "http", "host.", 0, "/a", ""},
      {"http://127.0.0.1:4569/b/k", "http", "127.0.0.1", 4569, "/b/k", ""},
      {"http://[::1]:4569/b/k", "http", "[::1]", 4569, "/b/k", ""},
      {"http://[2001:DB8::1]/k", "http", "[2001:DB8::1]", 0, "/k", ""},
      {"http://under_score.host/k", "http", "under_score.host", 0, "/k", ""},
      {"http://host/a b\xC3\xA9\\^", "http", "host", 0, "/a b\xC3\xA9\\^", ""},
      {"http://host/../a//b", "http", "host", 0, "/../a//b", ""},
      {"http://host/user@example.com:80", "http", "host", 0, "/user@example.com:80", ""},
      {"http://host/a#%zz", "http", "host", 0, "/a", ""},
      {"s3://bucket/key", "s3", "bucket", 0, "/key", ""},
      {"S3://Bucket.name/key?versionId=1", "S3", "Bucket.name", 0, "/key", "versionId=1"},
  };
  for (const Accepted& expected : cases) {
    SCOPED_TRACE(expected.url);
    const auto parts = SplitUrl(expected.url);
    ASSERT_TRUE(parts) << parts.error().detail;
    EXPECT_EQ(parts->scheme, expected.scheme);
    EXPECT_EQ(parts->host, expected.host);
    EXPECT_EQ(parts->port, expected.port);
    EXPECT_EQ(parts->path, expected.path);
    EXPECT_EQ(parts->query, expected.query);
  }
}

struct Refused {
  std::string url;
  UrlError code;
};

TEST(UrlTest, RefusesWhatIsNoUrlOrNotOneOfOurs) {
  const Refused cases[] = {
      {"", UrlError::kInvalid},
      {"image.jpg", UrlError::kInvalid},
      {"/path/image.jpg", UrlError::kInvalid},
      {"//host/image.jpg", UrlError::kInvalid},
      {"://host/", UrlError::kInvalid},
      {" https://host/", UrlError::kInvalid},
      {"1http://host/", UrlError::kInvalid},
      {"https:/host/", UrlError::kInvalid},
      {"https:host", UrlError::kInvalid},
      {"https://", UrlError::kInvalid},
      {"https:///path", UrlError::kInvalid},
      {"https://:80/", UrlError::kInvalid},
      {"https://.host/", UrlError::kInvalid},
      {"https://a..b/", UrlError::kInvalid},
      {"https://host../", UrlError::kInvalid},
      {"https://ho st/", UrlError::kInvalid},
      {"https://h%6Fst/", UrlError::kInvalid},
      {"https://h\xC3\xB6st/", UrlError::kInvalid},
      {"https://host\\@evil.example/", UrlError::kHasCredentials},
      {"https://host\\.evil.example/", UrlError::kInvalid},
      {"https://host:0/", UrlError::kInvalid},
      {"https://host:65536/", UrlError::kInvalid},
      {"https://host:99999999999999999999/", UrlError::kInvalid},
      {"https://host:80a/", UrlError::kInvalid},
      {"https://host:-80/", UrlError::kInvalid},
      {"https://host:80:80/", UrlError::kInvalid},
      {"https://[::1/", UrlError::kInvalid},
      {"https://::1/", UrlError::kInvalid},
      {"https://[::1]x/", UrlError::kInvalid},
      {"https://[]/", UrlError::kInvalid},
      {"https://[host]/", UrlError::kInvalid},
      {"https://[fe80::1%25eth0]/", UrlError::kInvalid},
      {"s3://[::1]/key", UrlError::kInvalid},
      {"s3://bucket:80/key", UrlError::kInvalid},
      {"s3://bucket:/key", UrlError::kInvalid},
      {"s3:///key", UrlError::kInvalid},
      {"https://host/%", UrlError::kInvalid},
      {"https://host/a%2", UrlError::kInvalid},
      {"https://host/%G1", UrlError::kInvalid},
      {"https://host/%1G", UrlError::kInvalid},
      {"https://host/%%41", UrlError::kInvalid},
      {"https://host/a?b=%", UrlError::kInvalid},
      {"https://host/a\nb", UrlError::kInvalid},
      {"https://host/a\tb", UrlError::kInvalid},
      {"https://host/a\x7F", UrlError::kInvalid},
      {std::string("https://host/a\0b", 16), UrlError::kInvalid},
      {"https://host/\r\nHost: evil", UrlError::kInvalid},
      {"ftp://host/a", UrlError::kUnsupportedScheme},
      {"file:///etc/passwd", UrlError::kUnsupportedScheme},
      {"data:image/png;base64,AAAA", UrlError::kUnsupportedScheme},
      {"javascript:alert(1)", UrlError::kUnsupportedScheme},
      {"blob:https://host/1", UrlError::kUnsupportedScheme},
      {"localhost:3000/a", UrlError::kUnsupportedScheme},
      {"https://user@host/", UrlError::kHasCredentials},
      {"https://user:secret@host/", UrlError::kHasCredentials},
      {"https://@host/", UrlError::kHasCredentials},
      {"s3://user@bucket/key", UrlError::kHasCredentials},
  };
  for (const Refused& refused : cases) {
    SCOPED_TRACE(refused.url);
    const auto parts = SplitUrl(refused.url);
    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.error().code, refused.code) << parts.error().detail;
    EXPECT_THAT(parts.error().detail, testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(UrlTest, RefusesOneByteOverTheLimit) {
  std::string url = "https://host/";
  url.append(kMaxUrlBytes - url.size(), 'a');
  EXPECT_TRUE(SplitUrl(url));
  url += 'a';
  ASSERT_FALSE(SplitUrl(url));
  EXPECT_EQ(SplitUrl(url).error().code, UrlError::kTooLong);
}

TEST(UrlTest, NormalizesHosts) {
  EXPECT_EQ(NormalizeHost("EXAMPLE.Com"), "example.com");
  EXPECT_EQ(NormalizeHost("example.com."), "example.com");
  EXPECT_EQ(NormalizeHost("[2001:DB8::1]"), "[2001:db8::1]");
  EXPECT_EQ(NormalizeHost(""), "");
}

}  // namespace
}  // namespace image_cache
