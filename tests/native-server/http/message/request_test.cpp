#include "native-server/http/message/request.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

TEST(RequestTest, SplitsItsTarget) {
  Request request;
  request.SetTarget("/a/b?c=d?e");
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "c=d?e");
  request.Clear();
  request.SetTarget("/a");
  EXPECT_EQ(request.query(), "");
}

TEST(RequestTest, TakesTheHostOfAnAbsoluteTargetBeforeTheHeader) {
  Request request;
  request.SetTarget("http://localhost:80?x=1");
  request.AddHeader("Host", "other");
  EXPECT_EQ(request.host(), "localhost:80");
  EXPECT_EQ(request.path(), "/");
  EXPECT_EQ(request.query(), "x=1");
}

TEST(RequestTest, FindsHeadersInAnyCaseAndTheFirstOfSeveral) {
  Request request;
  request.AddHeader("X-One", "1");
  request.AddHeader("x-one", "2");
  EXPECT_EQ(request.Header("x-ONE"), "1");
  EXPECT_FALSE(request.HasHeader("x-on"));
  request.Clear();
  EXPECT_FALSE(request.HasHeader("x-one"));
}

TEST(RequestTest, FindsTokensInListsOverAllFieldsOfAName) {
  Request request;
  request.AddHeader("Connection", "keep-alive ,\tUpgrade");
  request.AddHeader("connection", "close");
  EXPECT_TRUE(request.HasToken("Connection", "keep-alive"));
  EXPECT_TRUE(request.HasToken("Connection", "upgrade"));
  EXPECT_TRUE(request.HasToken("Connection", "close"));
  EXPECT_FALSE(request.HasToken("Connection", "grade"));
  EXPECT_FALSE(request.HasToken("Upgrade", "upgrade"));
}

}  // namespace
}  // namespace image_cache
