#include "native-server/services/revalidation/revalidation_plan.h"

#include <gmock/gmock.h>

#include "native-server/services/revalidation/folder_listing.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kBucket = "https://s3.amazonaws.com/training/";

std::vector<StoredVersion> Stored(const std::string& folder, std::size_t count) {
  std::vector<StoredVersion> versions;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    versions.push_back({.key = folder + std::string(4 - number.size(), '0') + number + ".jpg",
                        .etag = "\"" + number + "\"",
                        .size_bytes = 1000});
  }
  return versions;
}

std::vector<StoredVersion> Join(std::vector<StoredVersion> a, std::vector<StoredVersion> b) {
  for (StoredVersion& version : b) a.push_back(std::move(version));
  return a;
}

TEST(RevalidationPlanTest, ListsTheCommonFolderOfABucketsPictures) {
  auto plan = PlanRevalidation(Stored(kBucket + "a/b/c/", 12), {});
  ASSERT_THAT(plan.folders, SizeIs(1));
  EXPECT_EQ(plan.folders[0].bucket, "training");
  EXPECT_EQ(plan.folders[0].prefix, "a/b/c/");
  EXPECT_EQ(plan.folders[0].versions[3].object, "a/b/c/0003.jpg");
  EXPECT_THAT(plan.alone, IsEmpty());

  plan = PlanRevalidation(Join(Stored(kBucket + "a/b/", 12), Stored(kBucket + "a/c/", 12)), {});
  ASSERT_THAT(plan.folders, SizeIs(1));
  EXPECT_EQ(plan.folders[0].prefix, "a/");

  plan = PlanRevalidation(
      Join(Stored(kBucket + "a/", 12), Stored("https://s3.amazonaws.com/other/a/", 12)), {});
  EXPECT_THAT(plan.folders, SizeIs(2)) << "two buckets";
}

TEST(RevalidationPlanTest, AsksForAFewOneByOne) {
  const auto plan = PlanRevalidation(Stored(kBucket, 3), {});
  EXPECT_THAT(plan.folders, IsEmpty());
  EXPECT_THAT(plan.alone, SizeIs(3));
}

TEST(RevalidationPlanTest, ListsNothingThatAListingDoesNotTellOf) {
  auto is_alone = [](const std::string& key, const S3Addressing& addressing) {
    std::vector<StoredVersion> versions = Stored(kBucket + "a/", 12);
    if (addressing.endpoint) versions = Stored(addressing.endpoint->Origin() + "/training/a/", 12);
    versions.push_back({.key = key, .etag = "\"e\"", .size_bytes = 1});
    const auto plan = PlanRevalidation(std::move(versions), addressing);
    return plan.folders.size() == 1 && plan.alone.size() == 1 && plan.alone[0].key == key;
  };
  EXPECT_TRUE(is_alone(kBucket + "a/x.jpg?versionId=1", {})) << "not the newest version";
  EXPECT_TRUE(is_alone(kBucket + "a/x+y.jpg", {})) << "'+' may be a space";
  EXPECT_TRUE(is_alone("https://cdn.example.com/training/a/x.jpg", {})) << "no S3";
  EXPECT_TRUE(is_alone("https://s3.amazonaws.com.cn/training/a/x.jpg", {})) << "another partition";
  const S3Addressing endpoint{.endpoint = *ParseS3Endpoint("http://localhost:9000")};
  EXPECT_TRUE(is_alone(kBucket + "a/x.jpg", endpoint)) << "AWS, beside an endpoint";
  EXPECT_FALSE(is_alone(kBucket + "a/x%20&%2By.jpg", {}));
}

TEST(RevalidationPlanTest, AsksForAnS3ObjectWhereItsRegionIsFound) {
  EXPECT_EQ(UrlToAsk(kBucket + "a/b%20c.jpg", {}), "s3://training/a/b%20c.jpg");
  EXPECT_EQ(UrlToAsk(kBucket + "a.jpg?versionId=1", {}), "s3://training/a.jpg?versionId=1");
  EXPECT_EQ(UrlToAsk("https://cdn.example.com/a.jpg", {}), "https://cdn.example.com/a.jpg");
}

TEST(RevalidationPlanTest, GoesOneFolderDeeper) {
  const auto all = Join(Join(Stored(kBucket + "a/x/y/", 12), Stored(kBucket + "b/", 12)),
                        Join(Stored(kBucket + "c/", 2), Stored(kBucket, 1)));
  auto plan = PlanRevalidation(all, {});
  ASSERT_THAT(plan.folders, SizeIs(1));
  EXPECT_EQ(plan.folders[0].prefix, "");

  plan = PlanDeeper(std::move(plan.folders[0]));
  ASSERT_THAT(plan.folders, SizeIs(2));
  EXPECT_EQ(plan.folders[0].prefix, "a/x/y/");
  EXPECT_EQ(plan.folders[1].prefix, "b/");
  EXPECT_THAT(plan.alone, SizeIs(3)) << "two in c/ and one in the folder itself";

  plan = PlanDeeper(std::move(plan.folders[1]));
  EXPECT_THAT(plan.folders, IsEmpty());
  EXPECT_THAT(plan.alone, SizeIs(12)) << "no folder is left";
}

class FolderListingTest : public ::testing::Test {
 protected:
  static ListableFolder Folder(std::vector<StoredVersion> versions) {
    return std::move(PlanRevalidation(std::move(versions), {}).folders.at(0));
  }
  static ListedObject Listed(const std::string& number, const std::string& etag) {
    return {.key = "a/" + number + ".jpg", .etag = etag, .size_bytes = 1000};
  }
};

TEST_F(FolderListingTest, TellsWhatDiffersAndWhatIsMissing) {
  FolderListing listing(Folder(Stored(kBucket + "a/", 10)));
  std::vector<ListedObject> page{Listed("foreign", "\"0\""), Listed("0001", "\"other\"")};
  for (int i = 2; i < 10; ++i) {
    const std::string number = std::to_string(i);
    page.push_back(Listed("000" + number, "\"" + number + "\""));
  }
  listing.OnPage(page);
  listing.OnEnd({});
  const auto findings = listing.TakeFindings();
  EXPECT_EQ(findings.unchanged, 8U);
  ASSERT_THAT(findings.to_ask, SizeIs(2));
  EXPECT_EQ(findings.to_ask[0].key, kBucket + "a/0000.jpg") << "missing";
  EXPECT_EQ(findings.to_ask[1].key, kBucket + "a/0001.jpg") << "differs";
  EXPECT_TRUE(findings.bucket_is_listable);
  EXPECT_THAT(findings.unknown.alone, IsEmpty());
}

TEST_F(FolderListingTest, GoesBySizeWhereThereIsNoEtag) {
  auto versions = Stored(kBucket + "a/", 10);
  for (StoredVersion& version : versions) version.etag.clear();
  versions[1].size_bytes = 999;
  FolderListing listing(Folder(std::move(versions)));
  listing.OnPage({Listed("0000", "\"0\""), Listed("0001", "\"1\"")});
  listing.OnEnd(Fail(OriginError::kTimeout, "the test's"));
  const auto findings = listing.TakeFindings();
  EXPECT_EQ(findings.unchanged, 1U);
  ASSERT_THAT(findings.to_ask, SizeIs(1));
  EXPECT_EQ(findings.to_ask[0].key, kBucket + "a/0001.jpg");
}

TEST_F(FolderListingTest, LeavesWhatARefusedListingHasNotComeTo) {
  FolderListing listing(Folder(Stored(kBucket + "a/", 10)));
  listing.OnEnd(Fail(OriginError::kDenied, "the test's"));
  const auto findings = listing.TakeFindings();
  EXPECT_FALSE(findings.bucket_is_listable);
  EXPECT_THAT(findings.to_ask, IsEmpty());
  EXPECT_THAT(findings.unknown.alone, SizeIs(10));
}

TEST_F(FolderListingTest, GoesDeeperWhenTheListingIsTooLong) {
  FolderListing listing(Folder(Join(Stored(kBucket + "a/", 10), Stored(kBucket + "z/", 10))));
  ASSERT_EQ(listing.Order().max_pages, 3U);
  listing.OnPage({Listed("0000", "\"0\"")});
  for (int i = 0; i < 2; ++i) listing.OnPage({{.key = "b", .etag = "\"b\"", .size_bytes = 1}});
  listing.OnEnd(Fail(OriginError::kUnexpected, "too many pages"));
  const auto findings = listing.TakeFindings();
  EXPECT_EQ(findings.unchanged, 1U);
  EXPECT_THAT(findings.to_ask, SizeIs(9)) << "passed by, so missing";
  ASSERT_THAT(findings.unknown.folders, SizeIs(1));
  EXPECT_EQ(findings.unknown.folders[0].prefix, "z/");
  EXPECT_TRUE(findings.bucket_is_listable);
}

}  // namespace
}  // namespace image_cache::testing
