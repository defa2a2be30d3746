// That a second thread puts in exactly what the first has read.

#include "native-server/store/index/index_filler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native-server/store/proof/unproven.h"

namespace image_cache::testing {
namespace {

Entry EntryOf(std::size_t number) {
  const std::string name = std::to_string(number) + ".jpg";
  Entry entry;
  entry.s3_url = "https://s3.amazonaws.com/training/images/0001/" + name;
  entry.local_path = ".image-cache/images/0001/0001_" + name;
  entry.actor_id = "0001";
  entry.filename = name;
  entry.size_bytes = number;
  return entry;
}

TEST(IndexFillerTest, PutsInEveryRowOfAnyNumberInOrder) {
  for (const std::size_t rows : {0U, 1U, 255U, 256U, 257U, 5000U}) {
    ImageIndex images;
    IndexFiller filler(images);
    for (std::size_t i = 0; i < rows; ++i) filler.Add(EntryOf(i), 7 + i);
    const FilledIndex filled = filler.Finish();
    EXPECT_EQ(images.manifest().Totals().entries, rows);
    ASSERT_EQ(filled.revisions.size(), rows);
    ASSERT_EQ(filled.path_hashes.size(), rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const auto found = images.Find(EntryOf(i).s3_url);
      ASSERT_TRUE(found);
      EXPECT_EQ(found->ToEntry(), EntryOf(i));
      EXPECT_EQ(filled.revisions[i], 7 + i);
      EXPECT_EQ(filled.path_hashes[i], Unproven::HashOf(EntryOf(i).local_path));
    }
  }
}

TEST(IndexFillerTest, NamesWhatBreaksARuleAndGoesOn) {
  ImageIndex images;
  IndexFiller filler(images);
  Entry outside = EntryOf(1);
  outside.local_path = "../../etc/passwd";
  filler.Add(outside, 1);
  filler.Add(EntryOf(2), 2);
  const FilledIndex filled = filler.Finish();
  EXPECT_THAT(filled.refused_keys, ::testing::ElementsAre(outside.s3_url));
  EXPECT_THAT(filled.revisions, ::testing::ElementsAre(2U));
  EXPECT_EQ(images.manifest().Totals().entries, 1U);
}

TEST(IndexFillerTest, EndsWithoutAFinish) {
  ImageIndex images;
  {
    IndexFiller filler(images);
    for (std::size_t i = 0; i < 1000; ++i) filler.Add(EntryOf(i), 1);
  }
  EXPECT_EQ(images.manifest().Totals().entries, 768U) << "those in whole batches";
}

}  // namespace
}  // namespace image_cache::testing
