#include "native-server/base/reloadable.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace image_cache {
namespace {

TEST(ReloadableTest, GivesWhatItWasGivenLast) {
  Reloadable<std::string> name("first");
  EXPECT_EQ(name.Get(), "first");
  const std::uint64_t number = name.number();
  name.Replace("second");
  EXPECT_EQ(name.Get(), "second");
  EXPECT_NE(name.number(), number);
}

TEST(ReloadableTest, TwoOfOneTypeAreNotMixedUp) {
  Reloadable<std::string> one("one");
  Reloadable<std::string> two("two");
  EXPECT_EQ(one.Get() + two.Get() + one.Get(), "onetwoone");
  const Reloadable<std::string> moved(std::move(two));
  EXPECT_EQ(moved.Get(), "two");
  EXPECT_EQ(one.Get(), "one");
}

TEST(ReloadableTest, FreesAValueThatNobodyReadsAnyMore) {
  auto first = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = first;
  Reloadable<std::shared_ptr<int>> value(std::move(first));
  EXPECT_EQ(*value.Get(), 1);
  value.Replace(std::make_shared<int>(2));
  EXPECT_FALSE(watched.expired());  // this thread might still be using it
  EXPECT_EQ(*value.Get(), 2);
  EXPECT_TRUE(watched.expired());
}

// A reader sees a whole value, and never an older one than it has seen.
TEST(ReloadableTest, IsReadByManyWhileItIsReplaced) {
  constexpr int kLast = 2000;
  Reloadable<std::vector<int>> value(std::vector<int>(8, 0));
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&value] {
      for (int seen = 0; seen < kLast;) {
        const std::vector<int>& now = value.Get();
        ASSERT_GE(now.front(), seen);
        ASSERT_EQ(now.front(), now.back());
        seen = now.front();
      }
    });
  }
  for (int i = 1; i <= kLast; ++i) value.Replace(std::vector<int>(8, i));
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace image_cache
