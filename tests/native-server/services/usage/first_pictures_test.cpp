#include "native-server/services/usage/first_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace image_cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kMuch = 1 << 16;
const std::string kFolder = "https://s3.amazonaws.com/training/0001/";

TEST(FirstPicturesTest, KnowsNothingAtFirst) {
  const FirstPictures pictures(kMuch);
  EXPECT_THAT(pictures.Of("0001"), IsEmpty());
  EXPECT_EQ(pictures.Text(), "");
}

TEST(FirstPicturesTest, KeepsTheFirstOfAnActorWhateverTheirOrder) {
  FirstPictures pictures(kMuch);
  std::vector<std::string> keys;
  for (const char name : {'h', 'a', 'c', 'b', 'g', 'f', 'e', 'd'}) keys.push_back(kFolder + name);
  pictures.See("0001", keys);
  EXPECT_THAT(pictures.Of("0001"), ElementsAre(kFolder + "a", kFolder + "b", kFolder + "c",
                                               kFolder + "d", kFolder + "e", kFolder + "f"));
}

TEST(FirstPicturesTest, GoesOnKnowingAnActorThatHasNoneAnyMore) {
  FirstPictures pictures(kMuch);
  pictures.See("0001", {kFolder + "a"});
  pictures.See("0001", {});
  EXPECT_THAT(pictures.Of("0001"), ElementsAre(kFolder + "a"));
}

TEST(FirstPicturesTest, ForgetsWhoWasSeenLongestAgo) {
  FirstPictures pictures(200);
  for (const char* id : {"1", "2", "3", "1", "4", "5"}) pictures.See(id, {kFolder + id});
  EXPECT_THAT(pictures.Of("2"), IsEmpty());
  EXPECT_THAT(pictures.Of("1"), ElementsAre(kFolder + "1"));
  EXPECT_LE(pictures.Text().size(), 200U);
  EXPECT_EQ(pictures.actors(), 4U);
}

TEST(FirstPicturesTest, IsTheSameWhenItIsReadAgain) {
  FirstPictures pictures(kMuch);
  pictures.See("0001", {kFolder + "a.jpg", kFolder + "b.jpg", "https://other.example/c?x=1"});
  pictures.See("0002", {kFolder + "a"});
  FirstPictures read(kMuch);
  read.Read(pictures.Text());
  EXPECT_EQ(read.Text(), pictures.Text());
  EXPECT_EQ(read.Of("0001"), pictures.Of("0001"));
}

TEST(FirstPicturesTest, ReadsPastWhatIsNoLine) {
  for (const std::string bad : {"\n\n\n", "..\t0:a\n", "1\tx:a\n", "1\t9:a\n", "1\t0\n", "1\t\n",
                                "\t0:a", "1\t0:a\t7:b", "1\t18446744073709551616:a"}) {
    FirstPictures pictures(kMuch);
    pictures.Read(bad + "\n7\t0:good\n");
    EXPECT_THAT(pictures.Of("7"), ElementsAre("good")) << bad;
    EXPECT_THAT(pictures.Of("1"), IsEmpty()) << bad;
  }
}

}  // namespace
}  // namespace image_cache
