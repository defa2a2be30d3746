#include "native-server/http/server/listener.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

TEST(ListenAddressTest, ReadsHostAndPort) {
  const auto ipv4 = ParseListenAddress("127.0.0.1:8787");
  ASSERT_TRUE(ipv4);
  EXPECT_EQ(ipv4->host, "127.0.0.1");
  EXPECT_EQ(ipv4->port, 8787);
  const auto ipv6 = ParseListenAddress("[::1]:0");
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->host, "::1");
  EXPECT_EQ(FormatListenAddress(*ipv6), "[::1]:0");
  for (const char* text : {"", "localhost", ":80", "::1:80", "[::1]", "[]:80", "a:99999", "a:-1",
                           "a:", "a:8o", "a:80 "}) {
    EXPECT_FALSE(ParseListenAddress(text)) << text;
  }
}

TEST(ListenTest, GivesEveryThreadASocketOnOnePort) {
  const auto listeners = Listen({.host = "127.0.0.1", .port = 0}, 3);
  ASSERT_TRUE(listeners);
  EXPECT_EQ(listeners->sockets.size(), 3);
  EXPECT_NE(listeners->port, 0);
}

TEST(ListenTest, NoticesAPortThatIsTakenEvenByAServerOfItsOwnKind) {
  const auto first = Listen({.host = "127.0.0.1", .port = 0}, 2);
  ASSERT_TRUE(first);
  const auto second = Listen({.host = "127.0.0.1", .port = first->port}, 2);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ListenError::kAddressInUse);
}

TEST(ListenTest, SaysWhatIsWrongWithAnAddress) {
  // 192.0.2.0/24 is for documentation, so no machine has it.
  const auto foreign = Listen({.host = "192.0.2.1", .port = 0}, 1);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ListenError::kFailed);
  const auto unknown = Listen({.host = "no such host", .port = 0}, 1);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ListenError::kUnknownHost);
}

}  // namespace
}  // namespace image_cache
