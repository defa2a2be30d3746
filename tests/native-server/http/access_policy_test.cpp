#include "native-server/http/access_policy.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

const AccessPolicy kPolicy(AccessRules{.hosts = {"localhost", "127.0.0.1", "[::1]"},
                                       .origins = {"http://localhost:5173"},
                                       .token = "secret"});

TEST(AccessPolicyTest, KnowsItsHostsWhateverThePort) {
  for (const char* host :
       {"localhost", "LOCALHOST:8787", "127.0.0.1:1", "[::1]", "[::1]:80", "localhost:"}) {
    EXPECT_TRUE(kPolicy.AllowsHost(host)) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80",
                           "::1", "localhost:80:80", "[::1", " localhost", "", ":80", "localhost.",
                           "localhost:80@evil.example", "a@localhost"}) {
    EXPECT_FALSE(kPolicy.AllowsHost(host)) << host;
  }
}

TEST(AccessPolicyTest, KnowsItsOrigins) {
  EXPECT_TRUE(kPolicy.AllowsOrigin("http://localhost:5173", "127.0.0.1:8787"));
  EXPECT_TRUE(kPolicy.AllowsOrigin("http://127.0.0.1:8787", "127.0.0.1:8787"));
  EXPECT_TRUE(kPolicy.AllowsOrigin("https://localhost", "localhost"));
  for (const char* origin :
       {"null", "", "http://localhost:5174", "http://localhost", "https://localhost:5173",
        "http://127.0.0.1:8787.evil.example", "http://evil.example", "file://"}) {
    EXPECT_FALSE(kPolicy.AllowsOrigin(origin, "127.0.0.1:8787")) << origin;
  }
  EXPECT_FALSE(kPolicy.AllowsOrigin("http://", ""));
}

TEST(AccessPolicyTest, AsksForItsToken) {
  EXPECT_TRUE(kPolicy.AllowsChange("Bearer secret"));
  EXPECT_TRUE(kPolicy.AllowsChange("bearer secret"));
  for (const char* field : {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secret2",
                            "Bearer Secret", "Basic secret"}) {
    EXPECT_FALSE(kPolicy.AllowsChange(field)) << field;
  }
  EXPECT_TRUE(AccessPolicy(AccessRules{}).AllowsChange(""));
}

TEST(AccessPolicyTest, JudgesByTheNewestRules) {
  AccessPolicy policy(AccessRules{.hosts = {"one"}, .origins = {}, .token = "old"});
  EXPECT_TRUE(policy.AllowsChange("Bearer old"));
  policy.Replace(AccessRules{.hosts = {"two"}, .origins = {"http://page"}, .token = "new"});
  EXPECT_FALSE(policy.AllowsHost("one"));
  EXPECT_TRUE(policy.AllowsHost("two"));
  EXPECT_TRUE(policy.AllowsOrigin("http://page", "two"));
  EXPECT_FALSE(policy.AllowsChange("Bearer old"));
  EXPECT_TRUE(policy.AllowsChange("Bearer new"));
}

}  // namespace
}  // namespace image_cache
