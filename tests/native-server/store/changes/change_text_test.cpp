#include "native-server/store/changes/change_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace image_cache {
namespace {

using nlohmann::json;

constexpr const char* kUrl =
    "https://s3.amazonaws.com/training/0001/european_16_male_000000000000.jpg";
constexpr const char* kPath = ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg";
constexpr const char* kOldPath = ".image-cache/images/0001/0001_00000000000000aa.jpg";

Entry Picture() {
  Entry entry;
  entry.s3_url = kUrl;
  entry.local_path = kPath;
  entry.actor_id = "0001";
  entry.size_bytes = 328059;
  return entry;
}

TEST(ChangeTextTest, TellsOfAPutWhatALookupNeeds) {
  EXPECT_EQ(json::parse(*TextOfPuts({Picture()})),
            json({{"put", {{{"s3_url", kUrl}, {"local_path", kPath}, {"size_bytes", 328059}}}}}));
}

TEST(ChangeTextTest, TellsTheActorOnlyWhenThePathDoesNot) {
  Entry entry = Picture();
  entry.actor_id = "000";
  EXPECT_EQ(json::parse(*TextOfPuts({entry}))["put"][0]["actor_id"], "000");
  entry.actor_id = "0002";
  EXPECT_EQ(json::parse(*TextOfPuts({entry}))["put"][0]["actor_id"], "0002");
}

TEST(ChangeTextTest, TellsWhichFileIsReplacedWhenItIsAnother) {
  const json puts = json::parse(
      *TextOfPuts({Picture(), Picture(), Picture()}, {kOldPath, kPath, std::string()}))["put"];
  EXPECT_EQ(puts[0]["replaces"], kOldPath);
  EXPECT_FALSE(puts[1].contains("replaces"));
  EXPECT_FALSE(puts[2].contains("replaces"));
}

TEST(ChangeTextTest, TellsOfRemovals) {
  EXPECT_EQ(
      json::parse(*TextOfRemoved({Picture(), Picture()}))["removed"],
      json({{{"s3_url", kUrl}, {"local_path", kPath}}, {{"s3_url", kUrl}, {"local_path", kPath}}}));
  EXPECT_EQ(json::parse(*TextOfRemovedActor("0001")), json({{"removed_actor", "0001"}}));
  EXPECT_EQ(json::parse(*TextOfRemovedAll()), json({{"removed_all", true}}));
}

TEST(ChangeTextTest, SaysNothingWhereNothingHasChanged) {
  EXPECT_EQ(TextOfPuts({}), "");
  EXPECT_EQ(TextOfRemoved({}), "");
}

TEST(ChangeTextTest, DoesNotTellMoreThanItsBound) {
  const std::vector<Entry> many(kMaxChangeTextBytes / 100, Picture());
  EXPECT_EQ(TextOfPuts(many), std::nullopt);
  EXPECT_EQ(TextOfRemoved(many), std::nullopt);
}

// The bound of the whole message is 300; what is around the changes takes some 70.
TEST(ChangeTextTest, TellsOfOneEntryInFewBytes) {
  EXPECT_LT(TextOfPuts({Picture()})->size(), 230U);
  EXPECT_LT(TextOfRemoved({Picture()})->size(), 230U);
}

}  // namespace
}  // namespace image_cache
