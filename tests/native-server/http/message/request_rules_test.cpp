#include "native-server/http/message/request_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(RequestRulesTest, AHostIsANameOrAnAddressAndPerhapsAPort) {
  for (const char* host : {"localhost", "LOCALHOST:8787", "127.0.0.1", "cache_1.example", "[::1]",
                           "[::ffff:1.2.3.4]:80", "localhost:"}) {
    EXPECT_TRUE(IsHostAndPort(host)) << host;
  }
  for (const char* host : {"", ":80", "a b", "user@localhost", "localhost/", "localhost:80:90",
                           "localhost:a", "localhost:-1", "localhost:123456", "[]", "[::1", "::1",
                           "[::1]x", "[::1%25eth0]", "a,b", "a\\b", "a%2eb",
                           "l\xc3\xb6"
                           "calhost"}) {
    EXPECT_FALSE(IsHostAndPort(host)) << host;
  }
}

TEST(RequestRulesTest, ALengthIsDigits) {
  for (const char* length : {"0", "5", "0005"}) EXPECT_TRUE(IsContentLength(length)) << length;
  for (const char* length : {"", "+5", "-5", "5,5", "5 5", "0x5", "5;", "\xd9\xa5"}) {
    EXPECT_FALSE(IsContentLength(length)) << length;
  }
}

TEST(RequestRulesTest, AFoldedValueDoesNotBeginBehindItsName) {
  const std::string field = "Name: \tvalue\r\n";
  const std::string_view name(field.data(), 4);
  EXPECT_FALSE(IsFolded(name, std::string_view(field).substr(7, 5)));
  EXPECT_TRUE(IsFolded(name, "value"));  // from a buffer
  const std::string folded = "Name: \r\n value\r\n";
  EXPECT_TRUE(
      IsFolded(std::string_view(folded).substr(0, 4), std::string_view(folded).substr(9, 5)));
  const std::string empty = "Name:\r\n";
  EXPECT_FALSE(
      IsFolded(std::string_view(empty).substr(0, 4), std::string_view(empty).substr(5, 0)));
}

TEST(RequestRulesTest, AChunksExtensionHoldsNoLineEnd) {
  EXPECT_TRUE(IsChunkExtension(";a=b;c=\"d\te\""));
  EXPECT_FALSE(IsChunkExtension(";a=\"\n\""));
  EXPECT_FALSE(IsChunkExtension(std::string_view(";a=\"\0\"", 6)));
}

}  // namespace
}  // namespace image_cache
