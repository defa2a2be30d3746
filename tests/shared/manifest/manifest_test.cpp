#include "shared/manifest/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace image_cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Entry MakeEntry(const std::string& key, const std::string& actor_id, std::uint64_t size_bytes) {
  Entry entry;
  entry.s3_url = "https://s3.amazonaws.com/b/" + key;
  entry.local_path = ".image-cache/images/" + actor_id + "/" + key + ".jpg";
  entry.actor_id = actor_id;
  entry.size_bytes = size_bytes;
  return entry;
}

std::vector<std::string> PathsOfActor(const Manifest& manifest, std::string_view actor_id) {
  std::vector<std::string> paths;
  manifest.ForEachOfActor(actor_id, [&](EntryView entry) { paths.push_back(entry.local_path()); });
  return paths;
}

TEST(ManifestTest, IsEmptyAtFirst) {
  const Manifest manifest;
  EXPECT_EQ(manifest.Totals(), ManifestTotals());
  EXPECT_FALSE(manifest.Find("https://s3.amazonaws.com/b/k"));
  EXPECT_THAT(manifest.ActorIds(), IsEmpty());
  EXPECT_EQ(manifest.revision(), 0u);
}

TEST(ManifestTest, FindsWhatWasPut) {
  Manifest manifest;
  const Entry entry = MakeEntry("k", "0001", 10);
  manifest.Put(entry);
  ASSERT_TRUE(manifest.Find(entry.s3_url));
  EXPECT_EQ(manifest.Find(entry.s3_url)->ToEntry(), entry);
  EXPECT_FALSE(manifest.Find(entry.s3_url + "x"));
  EXPECT_EQ(manifest.Totals(), (ManifestTotals{1, 10}));
  EXPECT_EQ(manifest.ActorTotals("0001"), (ManifestTotals{1, 10}));
  EXPECT_EQ(manifest.ActorTotals("0002"), ManifestTotals());
  EXPECT_EQ(manifest.revision(), 1u);
}

TEST(ManifestTest, ReplacesAnEntryThatChangesSizeAndActor) {
  Manifest manifest;
  manifest.Put(MakeEntry("k", "0001", 10));
  manifest.Put(MakeEntry("k", "0002", 7));
  EXPECT_EQ(manifest.Totals(), (ManifestTotals{1, 7}));
  EXPECT_THAT(manifest.ActorIds(), ElementsAre("0002"));
  EXPECT_THAT(PathsOfActor(manifest, "0001"), IsEmpty());
  EXPECT_THAT(PathsOfActor(manifest, "0002"), ElementsAre(".image-cache/images/0002/k.jpg"));
  EXPECT_EQ(manifest.revision(), 2u);
}

TEST(ManifestTest, KeepsItsRevisionWhenTheVerySameEntryComesAgain) {
  Manifest manifest;
  manifest.Put(MakeEntry("k", "0001", 10));
  const auto before = manifest.Find("https://s3.amazonaws.com/b/k");
  manifest.Put(MakeEntry("k", "0001", 10));
  EXPECT_EQ(manifest.revision(), 1u);
  EXPECT_EQ(manifest.Find("https://s3.amazonaws.com/b/k"), before);
}

TEST(ManifestTest, RemovesOneEntry) {
  Manifest manifest;
  manifest.Put(MakeEntry("a", "0001", 1));
  manifest.Put(MakeEntry("b", "0001", 2));
  manifest.Put(MakeEntry("c", "0001", 4));
  EXPECT_THAT(manifest.Remove("https://s3.amazonaws.com/b/a"),
              ElementsAre(MakeEntry("a", "0001", 1)));
  EXPECT_THAT(manifest.Remove("https://s3.amazonaws.com/b/a"), IsEmpty());
  EXPECT_EQ(manifest.revision(), 4u);
  EXPECT_EQ(manifest.ActorTotals("0001"), (ManifestTotals{2, 6}));
  EXPECT_THAT(
      PathsOfActor(manifest, "0001"),
      UnorderedElementsAre(".image-cache/images/0001/b.jpg", ".image-cache/images/0001/c.jpg"));
}

TEST(ManifestTest, RemovesByAKeyThatIsTheEntrysOwn) {
  Manifest manifest;
  manifest.Put(MakeEntry("a", "0001", 1));
  EXPECT_EQ(manifest.Remove(manifest.Find("https://s3.amazonaws.com/b/a")->s3_url()).size(), 1u);
  manifest.Put(MakeEntry("a", "0001", 1));
  EXPECT_EQ(manifest.RemoveActor(manifest.Find("https://s3.amazonaws.com/b/a")->actor_id()).size(),
            1u);
}

TEST(ManifestTest, RemovesAnActorWithOneStepOfTheRevision) {
  Manifest manifest;
  manifest.Put(MakeEntry("a", "0001", 1));
  manifest.Put(MakeEntry("b", "0002", 2));
  manifest.Put(MakeEntry("c", "0001", 4));
  EXPECT_THAT(manifest.RemoveActor("0001"),
              UnorderedElementsAre(MakeEntry("a", "0001", 1), MakeEntry("c", "0001", 4)));
  EXPECT_EQ(manifest.revision(), 4u);
  EXPECT_THAT(manifest.RemoveActor("0001"), IsEmpty());
  EXPECT_EQ(manifest.revision(), 4u);
  EXPECT_THAT(manifest.ActorIds(), ElementsAre("0002"));
  EXPECT_EQ(manifest.Totals(), (ManifestTotals{1, 2}));
}

TEST(ManifestTest, GivesEverythingAway) {
  Manifest manifest;
  EXPECT_EQ(manifest.TakeAll().Totals(), ManifestTotals());
  EXPECT_EQ(manifest.revision(), 0u);
  manifest.Put(MakeEntry("a", "0001", 1));
  manifest.Put(MakeEntry("b", "0002", 2));
  manifest.set_last_updated_ms(5);
  const Manifest taken = manifest.TakeAll();
  EXPECT_EQ(taken.Totals(), (ManifestTotals{2, 3}));
  EXPECT_EQ(taken.revision(), 2u);
  EXPECT_TRUE(taken.Find("https://s3.amazonaws.com/b/a"));
  EXPECT_EQ(manifest.revision(), 3u);
  EXPECT_EQ(manifest.last_updated_ms(), 5);
  EXPECT_EQ(manifest.Totals(), ManifestTotals());
  EXPECT_THAT(manifest.ActorIds(), IsEmpty());
  EXPECT_FALSE(manifest.Find("https://s3.amazonaws.com/b/a"));
}

TEST(ManifestTest, SortsActorIds) {
  Manifest manifest;
  for (const char* actor : {"0010", "b", "0002", "a"}) manifest.Put(MakeEntry(actor, actor, 1));
  EXPECT_THAT(manifest.ActorIds(), ElementsAre("0002", "0010", "a", "b"));
}

TEST(ManifestTest, MovesWithItsEntries) {
  Manifest manifest;
  manifest.Put(MakeEntry("a", "0001", 1));
  const Manifest moved = std::move(manifest);
  EXPECT_TRUE(moved.Find("https://s3.amazonaws.com/b/a"));
  EXPECT_EQ(moved.ActorTotals("0001"), (ManifestTotals{1, 1}));
}

}  // namespace
}  // namespace image_cache
