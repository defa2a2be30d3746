#include "native-server/store/index/image_index.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

Entry EntryOf(const std::string& key, const std::string& actor, const std::string& file) {
  return {.s3_url = key,
          .local_path = ".image-cache/images/" + actor + "/" + file,
          .actor_id = actor,
          .filename = {},
          .etag = {},
          .sha256 = {},
          .cached_at_ms = 1,
          .size_bytes = 10};
}

const std::string kPathA = ".image-cache/images/0001/a.jpg";
const std::string kPathB = ".image-cache/images/0001/b.jpg";

TEST(ImageIndexTest, FindsByKeyAndByPath) {
  ImageIndex index;
  EXPECT_EQ(index.Put(EntryOf("k", "0001", "a.jpg")), std::nullopt);
  ASSERT_TRUE(index.FindByPath(kPathA));
  EXPECT_EQ(index.FindByPath(kPathA), index.Find("k"));
  EXPECT_FALSE(index.FindByPath(kPathB));
}

TEST(ImageIndexTest, ForgetsThePathOfWhatIsReplaced) {
  ImageIndex index;
  index.Put(EntryOf("k", "0001", "a.jpg"));
  const auto replaced = index.Put(EntryOf("k", "0001", "b.jpg"));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->local_path, kPathA);
  EXPECT_FALSE(index.FindByPath(kPathA));
  ASSERT_TRUE(index.FindByPath(kPathB));
}

TEST(ImageIndexTest, KeepsThePathOfWhatIsReplacedInPlace) {
  ImageIndex index;
  index.Put(EntryOf("k", "0001", "a.jpg"));
  Entry again = EntryOf("k", "0001", "a.jpg");
  again.cached_at_ms = 2;
  index.Put(again);
  ASSERT_TRUE(index.FindByPath(kPathA));
  EXPECT_EQ(index.FindByPath(kPathA)->cached_at_ms(), 2);
}

TEST(ImageIndexTest, ForgetsPathsWithTheirEntries) {
  ImageIndex index;
  const auto fill = [&index] {
    index.Put(EntryOf("k", "0001", "a.jpg"));
    index.Put(EntryOf("l", "0001", "b.jpg"));
    index.Put(EntryOf("m", "0002", "c.jpg"));
  };
  fill();
  EXPECT_EQ(index.Remove("k").size(), 1U);
  EXPECT_FALSE(index.FindByPath(kPathA));
  EXPECT_TRUE(index.FindByPath(kPathB));
  fill();
  EXPECT_EQ(index.RemoveActor("0001").size(), 2U);
  EXPECT_FALSE(index.FindByPath(kPathB));
  EXPECT_TRUE(index.FindByPath(".image-cache/images/0002/c.jpg"));
  fill();
  EXPECT_EQ(index.TakeAll().Totals().entries, 3U);
  EXPECT_FALSE(index.FindByPath(kPathA));
}

TEST(ImageIndexTest, NeverStampsARevisionBack) {
  ImageIndex index;
  index.Stamp(10, 100);
  index.Stamp(5, 200);
  EXPECT_EQ(index.manifest().revision(), 10U);
  EXPECT_EQ(index.manifest().last_updated_ms(), 200);
}

TEST(ImageIndexTest, StaysWholeWhenItIsMoved) {
  ImageIndex index;
  index.Put(EntryOf("k", "0001", "a.jpg"));
  const ImageIndex moved = std::move(index);
  EXPECT_EQ(moved.FindByPath(kPathA), moved.Find("k"));
}

}  // namespace
}  // namespace image_cache
