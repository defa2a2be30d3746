#include "shared/manifest/key_prefixes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace image_cache {
namespace {

std::string PrefixOf(KeyPrefixes& prefixes, std::string_view key) {
  const KeyPrefix* prefix = prefixes.Acquire(key);
  return prefix == nullptr ? "none" : prefix->text;
}

TEST(KeyPrefixesTest, EndsBehindTheFirstSegmentOfThePath) {
  struct {
    std::string_view key, prefix;
  } const cases[] = {
      {"https://s3.amazonaws.com/training/0001/a.jpg", "https://s3.amazonaws.com/training/"},
      {"https://s3.amazonaws.com/training/a.jpg", "https://s3.amazonaws.com/training/"},
      {"https://training.s3.amazonaws.com/a.jpg", "https://training.s3.amazonaws.com/"},
      {"https://host/a//b", "https://host/a/"},
      {"https://host/", "https://host/"},
      {"https://host", "none"},
      {"k", "none"},
      {"", "none"},
  };
  KeyPrefixes prefixes;
  for (const auto& c : cases) EXPECT_EQ(PrefixOf(prefixes, c.key), c.prefix) << c.key;
}

TEST(KeyPrefixesTest, AreSharedAndGoWithTheirLastUser) {
  KeyPrefixes prefixes;
  KeyPrefix* first = prefixes.Acquire("https://host/b/1");
  KeyPrefix* other = prefixes.Acquire("https://host/c/1");
  EXPECT_EQ(prefixes.Acquire("https://host/b/2"), first);
  EXPECT_EQ(first->users, 2u);
  prefixes.Release(first);
  EXPECT_EQ(first->users, 1u);
  prefixes.Release(first);
  prefixes.Release(nullptr);
  EXPECT_EQ(other->text, "https://host/c/");  // stays where it is
  EXPECT_EQ(prefixes.Acquire("https://host/b/3")->users, 1u);
}

TEST(KeyPrefixesTest, HaveABoundAndLeaveRoomForHosts) {
  KeyPrefixes prefixes;
  std::vector<KeyPrefix*> folders;
  for (std::size_t i = 0; i < KeyPrefixes::kMaxPrefixes / 2; ++i) {
    folders.push_back(prefixes.Acquire("https://host/" + std::to_string(i) + "/a.jpg"));
  }
  EXPECT_EQ(PrefixOf(prefixes, "https://host/another/a.jpg"), "https://host/");
  for (std::size_t i = 0; i < KeyPrefixes::kMaxPrefixes / 2 - 1; ++i) {
    EXPECT_NE(prefixes.Acquire("https://host" + std::to_string(i) + "/a/a.jpg"), nullptr);
  }
  EXPECT_EQ(prefixes.Acquire("https://one-more/a/a.jpg"), nullptr);
  EXPECT_EQ(prefixes.Acquire("https://host/0/b.jpg"), folders[0]);  // a known one always
  EXPECT_EQ(PrefixOf(prefixes, "https://" + std::string(300, 'h') + "/a/a.jpg"), "none");
}

}  // namespace
}  // namespace image_cache
