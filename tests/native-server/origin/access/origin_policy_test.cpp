#include "native-server/origin/access/origin_policy.h"

#include <gtest/gtest.h>

#include "native-server/base/logging.h"
#include "tests/native-server/origin/socket_address.h"

namespace image_cache {
namespace {

OriginPolicy Make(const std::vector<std::string>& patterns,
                  const std::optional<std::string>& endpoint = std::nullopt) {
  std::optional<S3Endpoint> parsed;
  if (endpoint) parsed = ParseS3Endpoint(*endpoint).value();
  return OriginPolicy::Create(patterns, parsed).value();
}

struct UrlCase {
  const char* url;
  bool allowed;
};

class DefaultOriginsTest : public testing::TestWithParam<UrlCase> {};

TEST_P(DefaultOriginsTest, AreTheAwsHostsOverHttps) {
  EXPECT_EQ(Make({}).AllowsUrl(GetParam().url), GetParam().allowed) << GetParam().url;
}

constexpr UrlCase kDefaultOrigins[] = {
    {"https://s3.amazonaws.com/bucket/key.jpg", true},
    {"HTTPS://S3.AMAZONAWS.COM/bucket/key.jpg", true},
    {"https://s3.amazonaws.com:443/bucket/key.jpg", true},
    {"https://s3.eu-west-1.amazonaws.com/bucket/key.jpg", true},
    {"https://s3-eu-west-1.amazonaws.com/bucket/key.jpg", true},
    {"https://s3.dualstack.eu-west-1.amazonaws.com/bucket/key.jpg", true},
    {"https://bucket.s3.amazonaws.com/key.jpg", true},
    {"https://bucket.s3.eu-west-1.amazonaws.com/key.jpg", true},
    {"https://bucket.s3.dualstack.us-east-2.amazonaws.com/key.jpg", true},
    {"https://dotted.bucket.s3.us-east-2.amazonaws.com/key.jpg", true},
    {"https://s3.cn-north-1.amazonaws.com.cn/bucket/key.jpg", true},
    {"https://bucket.s3.cn-north-1.amazonaws.com.cn/key.jpg", true},
    {"https://s3.amazonaws.com/bucket/key.jpg?X-Amz-Signature=abc", true},
    {"http://s3.amazonaws.com/bucket/key.jpg", false},
    {"https://s3.amazonaws.com:8443/bucket/key.jpg", false},
    {"https://s3.amazonaws.com:80/bucket/key.jpg", false},
    {"https://s3.amazonaws.com./bucket/key.jpg", false},
    {"https://user@s3.amazonaws.com/bucket/key.jpg", false},
    {"https://user:secret@s3.amazonaws.com/bucket/key.jpg", false},
    {"https://s3.amazonaws.com@evil.example/bucket/key.jpg", false},
    {"https://s3.amazonaws.com\\@evil.example/bucket/key.jpg", false},
    {"https://s3.amazonaws.com#@evil.example/bucket/key.jpg", false},
    {"https://s3.amazonaws.com?@evil.example/bucket/key.jpg", false},
    {"https://s3.amazonaws.com.evil.example/bucket/key.jpg", false},
    {"https://s3.amazonaws.com-evil.example/bucket/key.jpg", false},
    {"https://evils3.amazonaws.com/bucket/key.jpg", false},
    {"https://evil-amazonaws.com/bucket/key.jpg", false},
    {"https://amazonaws.com/bucket/key.jpg", false},
    {"https://ec2.amazonaws.com/bucket/key.jpg", false},
    {"https://ec2-1-2-3-4.compute-1.amazonaws.com/key.jpg", false},
    {"https://bucket.s3-website-us-east-1.amazonaws.com/key.jpg", false},
    {"https://x.execute-api.eu-west-1.amazonaws.com/key.jpg", false},
    {"https://s3.evil.amazonaws.com.attacker.net/b/k", false},
    {"https://s3%2eamazonaws.com/bucket/key.jpg", false},
    {"https://127.0.0.1/bucket/key.jpg", false},
    {"https://[::1]/bucket/key.jpg", false},
    {"https://localhost/bucket/key.jpg", false},
    {"https://169.254.169.254/latest/meta-data", false},
    {"https://example.com/picture.jpg", false},
    {"ftp://s3.amazonaws.com/bucket/key.jpg", false},
    {"file:///etc/passwd", false},
    {"s3://bucket/key.jpg", false},  // judged as what it becomes
    {"https:/s3.amazonaws.com/bucket/key.jpg", false},
    {"https://", false},
    {"", false},
};
INSTANTIATE_TEST_SUITE_P(Urls, DefaultOriginsTest, testing::ValuesIn(kDefaultOrigins));

class NamedOriginsTest : public testing::TestWithParam<UrlCase> {};

TEST_P(NamedOriginsTest, AreMatchedByScheme_Host_AndPort) {
  const OriginPolicy policy =
      Make({"https://cdn.example.com", "https://*.pictures.example", "http://127.0.0.1:4569",
            "https://ALT.example.com:8443/", "http://[::1]:9000"},
           "http://minio.local:9000");
  EXPECT_EQ(policy.AllowsUrl(GetParam().url), GetParam().allowed) << GetParam().url;
}

constexpr UrlCase kNamedOrigins[] = {
    {"https://cdn.example.com/a.jpg", true},
    {"https://CDN.example.com:443/a.jpg", true},
    {"https://cdn.example.com", true},
    {"http://cdn.example.com/a.jpg", false},
    {"https://cdn.example.com:8443/a.jpg", false},
    {"https://cdn.example.com./a.jpg", false},
    {"https://example.com/a.jpg", false},
    {"https://a.cdn.example.com/a.jpg", false},
    {"https://xcdn.example.com/a.jpg", false},
    {"https://a.pictures.example/a.jpg", true},
    {"https://a.b.pictures.example/a.jpg", true},
    {"https://pictures.example/a.jpg", false},  // "*" stands for at least one label
    {"https://.pictures.example/a.jpg", false},
    {"https://xpictures.example/a.jpg", false},
    {"https://a.pictures.example.evil/a.jpg", false},
    {"https://evil.com/.pictures.example", false},
    {"https://evil.com?.pictures.example", false},
    {"http://127.0.0.1:4569/b/k", true},
    {"http://127.0.0.1/b/k", false},
    {"http://127.0.0.1:4570/b/k", false},
    {"http://127.1:4569/b/k", false},
    {"http://2130706433:4569/b/k", false},
    {"http://0x7f000001:4569/b/k", false},
    {"http://localhost:4569/b/k", false},
    {"https://alt.example.com:8443/a.jpg", true},
    {"https://alt.example.com/a.jpg", false},
    {"http://[::1]:9000/b/k", true},
    {"http://[0:0:0:0:0:0:0:1]:9000/b/k", false},
    {"http://[::1]/b/k", false},
    {"http://minio.local:9000/b/k", true},  // the endpoint, in both styles
    {"http://bucket.minio.local:9000/k", true},
    {"http://dotted.bucket.minio.local:9000/k", true},
    {"https://minio.local:9000/b/k", false},
    {"http://minio.local/b/k", false},
    {"http://xminio.local:9000/b/k", false},
    {"https://s3.amazonaws.com/bucket/key.jpg", false},  // named patterns stand instead of AWS
};
INSTANTIATE_TEST_SUITE_P(Urls, NamedOriginsTest, testing::ValuesIn(kNamedOrigins));

TEST(OriginPolicyTest, AnEndpointIsAllowedBesidesTheDefault) {
  const OriginPolicy policy = Make({}, "http://127.0.0.1:4569");
  EXPECT_TRUE(policy.AllowsUrl("http://127.0.0.1:4569/b/k"));
  EXPECT_TRUE(policy.AllowsUrl("https://s3.amazonaws.com/b/k"));
  EXPECT_FALSE(policy.AllowsUrl("http://bucket.127.0.0.1:4569/k"));
}

struct PatternCase {
  const char* pattern;
  UrlError error;
};

class BadPatternTest : public testing::TestWithParam<PatternCase> {};

TEST_P(BadPatternTest, IsRefusedAndNamed) {
  const auto policy = OriginPolicy::Create({GetParam().pattern}, std::nullopt);
  ASSERT_FALSE(policy.has_value()) << GetParam().pattern;
  EXPECT_EQ(policy.error().code, GetParam().error) << GetParam().pattern;
  // Without what may be a secret: user, password and query.
  EXPECT_NE(policy.error().detail.find(LoggableUrl(GetParam().pattern)), std::string::npos);
}

constexpr PatternCase kBadPatterns[] = {
    {"cdn.example.com", UrlError::kInvalid},
    {"https://", UrlError::kInvalid},
    {"https://*", UrlError::kInvalid},
    {"https://*.", UrlError::kInvalid},
    {"https://a.*.example.com", UrlError::kInvalid},
    {"https://*.*.example.com", UrlError::kInvalid},
    {"https://*.127.0.0.1", UrlError::kInvalid},
    {"https://*.[::1]", UrlError::kInvalid},
    {"http://127.1", UrlError::kInvalid},
    {"http://2130706433:80", UrlError::kInvalid},
    {"http://0x7f.0.0.1", UrlError::kInvalid},
    {"http://0x7f000001", UrlError::kInvalid},
    {"http://0177.0.0.1", UrlError::kInvalid},
    {"http://127.0.0.256", UrlError::kInvalid},
    {"http://[::1::2]", UrlError::kInvalid},
    {"http://[fe80::1%25eth0]", UrlError::kInvalid},
    {"https://cdn.example.com.", UrlError::kInvalid},
    {"https://cdn.example.com:0", UrlError::kInvalid},
    {"https://cdn.example.com:99999", UrlError::kInvalid},
    {"https://cdn.example.com/path", UrlError::kInvalid},
    {"https://cdn.example.com?x", UrlError::kInvalid},
    {"https://cdn.example.com/#x", UrlError::kInvalid},
    {"ftp://cdn.example.com", UrlError::kUnsupportedScheme},
    {"s3://bucket", UrlError::kUnsupportedScheme},
    {"https://user@cdn.example.com", UrlError::kHasCredentials},
};
INSTANTIATE_TEST_SUITE_P(Patterns, BadPatternTest, testing::ValuesIn(kBadPatterns));

struct AddressCase {
  const char* host;
  const char* address;
  bool allowed;
};

class ConnectionTest : public testing::TestWithParam<AddressCase> {};

TEST_P(ConnectionTest, LeadsToPublicAddressesAndToThoseThatWereNamed) {
  const OriginPolicy policy =
      Make({"http://127.0.0.1:4569", "http://[::ffff:10.9.9.9]:80", "https://intra.example.com",
            "https://*.example.com", "http://[::1]:9000", "http://localhost:80",
            "http://app.localhost", "http://*.wild.localhost"},
           "http://minio.local:9000");
  EXPECT_EQ(policy.AllowsAddress(GetParam().host, SocketAddress(GetParam().address).Get()),
            GetParam().allowed)
      << GetParam().host << " at " << GetParam().address;
}

constexpr AddressCase kConnections[] = {
    {"cdn.example.com", "52.216.0.1", true},
    {"cdn.example.com", "2600:1f60:8000::1", true},
    {"cdn.example.com", "127.0.0.1", false},  // a name may be rebound
    {"cdn.example.com", "::1", false},
    {"cdn.example.com", "10.0.0.1", false},
    {"cdn.example.com", "10.9.9.9", false},  // named for itself only
    {"cdn.example.com", "169.254.169.254", false},
    {"cdn.example.com", "fd00:ec2::254", false},
    {"cdn.example.com", "::ffff:10.0.0.1", false},
    {"s3.amazonaws.com", "127.0.0.1", false},
    {"s3.amazonaws.com", "192.168.1.1", false},
    {"intra.example.com", "10.0.0.1", false},  // a name is no address
    {"intra.example.com", "fd12::1", false},
    {"intra.example.com", "52.216.0.1", true},
    {"127.0.0.1", "127.0.0.1", true},
    {"127.0.0.1", "::ffff:127.0.0.1", true},
    {"127.0.0.1", "127.0.0.2", false},
    {"127.0.0.1", "::1", false},
    {"[::ffff:10.9.9.9]", "10.9.9.9", true},
    {"[::1]", "::1", true},
    {"[::1]", "127.0.0.1", false},
    {"localhost", "127.0.0.1", true},
    {"LOCALHOST", "::1", true},
    {"localhost", "10.0.0.1", false},
    {"localhost", "169.254.169.254", false},
    {"app.localhost", "127.0.0.1", true},
    {"other.localhost", "127.0.0.1", false},
    {"a.wild.localhost", "127.0.0.1", false},  // "*" names nothing
    {"minio.local", "192.168.1.1", true},
    {"minio.local", "100.64.0.1", true},
    {"minio.local", "fd12::1", true},
    {"minio.local", "127.0.0.1", true},
    {"minio.local", "169.254.169.254", false},
    {"minio.local", "100.100.100.200", false},
    {"minio.local", "168.63.129.16", false},
    {"minio.local", "fd00:ec2::254", false},
    {"minio.local", "fe80::1", false},
    {"minio.local", "0.0.0.0", false},
    {"minio.local", "::", false},
    {"minio.local", "224.0.0.1", false},
    {"minio.local", "64:ff9b::10.0.0.1", false},
    {"bucket.minio.local", "192.168.1.1", true},
    {"a.b.minio.local", "192.168.1.1", true},
    {"bucket.minio.local", "169.254.169.254", false},
    {"xminio.local", "192.168.1.1", false},
    {"minio.local.evil", "192.168.1.1", false},
};
INSTANTIATE_TEST_SUITE_P(Addresses, ConnectionTest, testing::ValuesIn(kConnections));

TEST(OriginPolicyTest, AddressesThatWereGivenAreForEveryAllowedName) {
  const std::vector<AddressRange> addresses = {AddressRange::Parse("10.1.0.0/16").value(),
                                               AddressRange::Parse("fd12::7").value()};
  const OriginPolicy policy =
      OriginPolicy::Create({"https://*.example.com"}, std::nullopt, addresses).value();
  const auto allows = [&](const char* address) {
    return policy.AllowsAddress("cdn.example.com", SocketAddress(address).Get());
  };
  EXPECT_TRUE(allows("10.1.255.255"));
  EXPECT_TRUE(allows("::ffff:10.1.2.3"));
  EXPECT_TRUE(allows("fd12::7"));
  EXPECT_FALSE(allows("10.2.0.0"));
  EXPECT_FALSE(allows("fd12::8"));
  EXPECT_FALSE(allows("127.0.0.1"));
}

TEST(OriginPolicyTest, AnEndpointThatIsAnAddressNamesThatOneOnly) {
  const OriginPolicy policy = Make({}, "http://192.168.1.7:9000");
  const auto allows = [&](const char* address) {
    return policy.AllowsAddress("192.168.1.7", SocketAddress(address).Get());
  };
  EXPECT_TRUE(allows("192.168.1.7"));
  EXPECT_FALSE(allows("192.168.1.8"));
  EXPECT_FALSE(allows("127.0.0.1"));
}

TEST(OriginPolicyTest, AHostThatWasNamedIsStillReachedByInternetProtocolsOnly) {
  const OriginPolicy policy = Make({"http://127.0.0.1:4569"});
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(policy.AllowsAddress("127.0.0.1", &local));
  EXPECT_FALSE(policy.AllowsAddress("127.0.0.1", nullptr));
}

}  // namespace
}  // namespace image_cache
