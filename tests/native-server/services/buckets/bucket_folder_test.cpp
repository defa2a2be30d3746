#include "native-server/services/buckets/bucket_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace image_cache {
namespace {

using testing::HasSubstr;
using Kind = FolderObject::Kind;

TEST(BucketFolderTest, APrefixIsAFolder) {
  for (const auto& [url, prefix] : {std::pair{"s3://training", ""},
                                    {"s3://training/", ""},
                                    {"s3://training/faces", "faces/"},
                                    {"s3://training/faces/", "faces/"},
                                    {"s3://training/a%20b/%C3%A9", "a b/\xc3\xa9/"},
                                    {"s3://training/a b", "a b/"},
                                    {"s3://training/dt=1/", "dt=1/"}}) {
    const auto folder = ParseBucketFolder(url);
    ASSERT_TRUE(folder) << url;
    EXPECT_EQ(folder->bucket, "training") << url;
    EXPECT_EQ(folder->prefix, prefix) << url;
    EXPECT_EQ(ParseBucketFolder(folder->Url()), *folder) << url;
  }
}

TEST(BucketFolderTest, SaysWhatIsWrong) {
  for (const auto& [url, why] : {std::pair{"https://s3.amazonaws.com/b/", "no folder of a bucket"},
                                 {"s3://", "does not name a bucket"},
                                 {"s3:///prefix", "does not name a bucket"},
                                 {"s3://b@d/", "does not name a bucket"},
                                 {"s3://training/a?b", "%3F"},
                                 {"s3://training/100%", "%25"},
                                 {"s3://training/%0A", "no object"}}) {
    const auto folder = ParseBucketFolder(url);
    ASSERT_FALSE(folder) << url;
    EXPECT_THAT(folder.error().detail, HasSubstr(why));
    EXPECT_THAT(folder.error().detail, HasSubstr("s3://bucket/prefix/"));
  }
}

TEST(BucketFolderTest, MayNameAnActor) {
  const auto named = ParseBucketFolderOfActor("s3://training/faces=0001");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->prefix, "faces/");
  EXPECT_EQ(named->actor_id, "0001");
  EXPECT_EQ(ParseBucketFolderOfActor("s3://training/dt=1/")->prefix, "dt=1/");
  EXPECT_EQ(ParseBucketFolderOfActor("s3://training/dt=1/=a")->actor_id, "a");
  EXPECT_FALSE(ParseBucketFolderOfActor("s3://training/faces="));
  EXPECT_FALSE(ParseBucketFolderOfActor("s3://training/faces=.hidden"));
}

TEST(BucketFolderTest, AnObjectIsOfTheFirstFolderBelow) {
  const BucketFolder folder{.bucket = "b-1", .prefix = "faces/", .actor_id = {}};
  const FolderObject deep = DescribeObject(folder, "faces/0001/big/a b.JPG", false);
  EXPECT_EQ(deep.kind, Kind::kPicture);
  EXPECT_EQ(deep.actor_id, "0001");
  EXPECT_EQ(deep.s3_url, "s3://b-1/faces/0001/big/a%20b.JPG");
  EXPECT_EQ(DescribeObject(folder, "faces/a.jpg", false).kind, Kind::kNoActor);
  EXPECT_EQ(DescribeObject(folder, "faces/.tmp/a.jpg", false).kind, Kind::kNoActor);
  for (const char* other : {"faces/0001/", "faces/0001/notes.txt", "faces/0001/a", "other/a/a.jpg",
                            "faces/0001/a.svg"}) {
    EXPECT_EQ(DescribeObject(folder, other, false).kind, Kind::kOther) << other;
  }
  EXPECT_EQ(DescribeObject(folder, "faces/0001/a.svg", true).kind, Kind::kPicture);
}

TEST(BucketFolderTest, OrOfTheActorThatIsNamed) {
  const BucketFolder folder{.bucket = "b-1", .prefix = "", .actor_id = "all"};
  EXPECT_EQ(DescribeObject(folder, "a.png", false).actor_id, "all");
  EXPECT_EQ(DescribeObject(folder, "x/y/a.png", false).actor_id, "all");
}

}  // namespace
}  // namespace image_cache
