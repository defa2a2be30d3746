#include "shared/paths/actor_id.h"

#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

TEST(ActorIdTest, AcceptsSafeFolderNames) {
  for (const std::string id : {"0001", "a", "A.b_c-D", "-", "_", "a..b", "con", "a."}) {
    EXPECT_TRUE(IsValidActorId(id)) << id;
  }
  EXPECT_TRUE(IsValidActorId(std::string(kMaxActorIdBytes, 'a')));
}

TEST(ActorIdTest, RefusesEverythingElse) {
  for (const std::string id :
       {"", ".", "..", ".a", "a/b", "a\\b", "a b", "a%2Fb", "\xC3\xA9", "a:b", "a\n", "~", "a*"}) {
    EXPECT_FALSE(IsValidActorId(id)) << id;
  }
  EXPECT_FALSE(IsValidActorId(std::string("a\0", 2)));
  EXPECT_FALSE(IsValidActorId(std::string(kMaxActorIdBytes + 1, 'a')));
}

TEST(ActorIdTest, DecidesByEachByteAlone) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = std::string_view(
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                             "0123456789._-")
                             .find(c) != std::string_view::npos;
    EXPECT_EQ(IsValidActorId(std::string("a") + c), allowed) << byte;
  }
}

}  // namespace
}  // namespace image_cache
