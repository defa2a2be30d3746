#include "native-server/http/router.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

Response Empty(const Request&) { return {}; }

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.Get("/stats", Empty);
    router_.Post("/clear/:actorId", Empty);
    router_.Get("/jobs/:id", Empty);
    router_.Delete("/jobs/:id", Empty);
  }
  Router router_;
};

TEST_F(RouterTest, FindsByPathAndMethod) {
  EXPECT_NE(router_.Find(Method::kGet, "/stats").endpoint, nullptr);
  EXPECT_NE(router_.Find(Method::kHead, "/stats").endpoint, nullptr);
  const auto match = router_.Find(Method::kPost, "/clear/0001");
  EXPECT_NE(match.endpoint, nullptr);
  EXPECT_EQ(match.parameter, "0001");
}

TEST_F(RouterTest, NamesTheMethodsOfAPathThatIsAskedWrongly) {
  const auto match = router_.Find(Method::kPost, "/stats");
  EXPECT_EQ(match.endpoint, nullptr);
  EXPECT_EQ(match.allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(router_.Find(Method::kGet, "/clear/0001").allow, "POST, OPTIONS");
}

TEST_F(RouterTest, TellsTheMethodsOfOnePathApart) {
  const auto read = router_.Find(Method::kGet, "/jobs/1");
  const auto cancel = router_.Find(Method::kDelete, "/jobs/1");
  ASSERT_NE(read.endpoint, nullptr);
  ASSERT_NE(cancel.endpoint, nullptr);
  EXPECT_NE(read.endpoint, cancel.endpoint);
  EXPECT_EQ(router_.Find(Method::kPost, "/jobs/1").endpoint, nullptr);
  EXPECT_EQ(cancel.allow, "GET, HEAD, DELETE, OPTIONS");
}

TEST_F(RouterTest, KnowsNoOtherPaths) {
  for (const char* path : {"", "/", "/stats/", "/Stats", "/clear", "/clear/", "/clear/a/b"}) {
    const auto match = router_.Find(Method::kPost, path);
    EXPECT_EQ(match.endpoint, nullptr) << path;
    EXPECT_EQ(match.allow, "") << path;
  }
}

}  // namespace
}  // namespace image_cache
