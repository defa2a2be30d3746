#include "shared/paths/actor_id.h"

#include <gtest/gtest.h>

#include <string>

#include "shared/keys/cache_key.h"

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

TEST(DefaultActorIdTest, IsTheFolderThatHoldsThePicture) {
  struct Case {
    const char *url, *actor_id;
  };
  for (const Case& c : {
           Case{"https://s3.amazonaws.com/training/0001/a.jpg", "0001"},
           Case{"https://training.s3.eu-west-1.amazonaws.com/people/0007/a.jpg", "0007"},
           Case{"s3://training/0008/a.jpg?X-Amz-Signature=a/b/c", "0008"},
           Case{"s3://training/0008/a.jpg?versionId=x/9/y", "0008"},
           Case{"s3://training/0009/", "0009"},
           Case{"https://cdn.example.com/pictures/0010/a.jpg", "0010"},
           Case{"http://[::1]:4569/bucket/0011/a.jpg", "0011"},
           Case{"s3://training/%30%31/a.jpg", "01"},
       }) {
    EXPECT_EQ(DefaultActorId(*MakeCacheKey(c.url, {})), c.actor_id) << c.url;
  }
}

TEST(DefaultActorIdTest, IsDefaultWithoutAFolderThatCouldBeAnActor) {
  for (const std::string url :
       {"s3://training/a.jpg", "https://s3.amazonaws.com/training/not%20an%20id/a.jpg",
        "s3://training/../a.jpg", "s3://training/.hidden/a.jpg", "s3://training//a.jpg",
        "s3://training/0001//a.jpg", "https://cdn.example.com/a.jpg", "https://cdn.example.com",
        "https://cdn.example.com/?x=/a/b/c"}) {
    EXPECT_EQ(DefaultActorId(*MakeCacheKey(url, {})), kDefaultActorId) << url;
  }
  const std::string long_name(kMaxActorIdBytes + 1, 'a');
  EXPECT_EQ(DefaultActorId(*MakeCacheKey("s3://b/" + long_name + "/a.jpg", {})), kDefaultActorId);
}

TEST(DefaultActorIdTest, IsDefaultForWhatIsNoKey) {
  for (const std::string text : {"", "/", "a/b/c/d", "://", "://a", ":///", "x://a/b", "////"}) {
    EXPECT_EQ(DefaultActorId(text), kDefaultActorId) << text;
  }
}

}  // namespace
}  // namespace image_cache
