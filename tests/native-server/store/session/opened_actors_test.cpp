#include "native-server/store/session/opened_actors.h"

#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Ids(const std::vector<OpenedActor>& actors) {
  std::vector<std::string> ids;
  for (const OpenedActor& actor : actors) ids.push_back(actor.actor_id);
  return ids;
}

class OpenedActorsTest : public StoreTest {
 protected:
  OpenedActorsTest() { options.records_openings = true; }
  // Long enough after the last one to count.
  void OpenActor(const std::string& actor_id) {
    clock.Advance(120'000);
    store->NoteOpened(actor_id);
  }
};

TEST_F(OpenedActorsTest, AreKnownInTheNextRunWithTheirPictures) {
  Open();
  EXPECT_THAT(store->OpenedInLastRun(), IsEmpty());
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  Publish(KeyOf("b"), "0001", Jpeg(1000, 2));
  Publish(KeyOf("c"), "0002", Jpeg(1000, 3));
  Publish(KeyOf("d"), "0003", Jpeg(1000, 4));
  OpenActor("0002");
  OpenActor("0001");
  Reopen();
  const auto actors = store->OpenedInLastRun();
  EXPECT_THAT(Ids(actors), ElementsAre("0001", "0002"));
  EXPECT_THAT(actors[0].keys, UnorderedElementsAre(KeyOf("a"), KeyOf("b")));
}

TEST_F(OpenedActorsTest, KeepTheirPlaceWhenNobodyOpensThem) {
  Open();
  OpenActor("0001");
  Reopen();
  OpenActor("0002");
  Reopen();
  EXPECT_THAT(Ids(store->OpenedInLastRun()), ElementsAre("0002", "0001"));
}

TEST_F(OpenedActorsTest, KeepTheirPicturesWhenTheseAreNotCachedAnyMore) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  OpenActor("0001");
  Reopen();
  ASSERT_TRUE(Remove(KeyOf("a")));
  OpenActor("0001");
  Reopen();
  EXPECT_THAT(store->OpenedInLastRun()[0].keys, ElementsAre(KeyOf("a")));
}

TEST_F(OpenedActorsTest, AreForgottenWhenTheyAreCleared) {
  Open();
  for (const char* actor : {"0001", "0002", "0003"}) OpenActor(actor);
  Reopen();
  ASSERT_TRUE(ClearActor("0002"));
  Reopen();
  EXPECT_THAT(Ids(store->OpenedInLastRun()), ElementsAre("0003", "0001"));
  ASSERT_TRUE(ClearAll());
  Reopen();
  EXPECT_THAT(store->OpenedInLastRun(), IsEmpty());
}

TEST_F(OpenedActorsTest, AreNotRecordedUnlessTold) {
  options.records_openings = false;
  Open();
  OpenActor("0001");
  Reopen();
  EXPECT_THAT(store->OpenedInLastRun(), IsEmpty());
}

TEST_F(OpenedActorsTest, HaveBounds) {
  const SharedIndex index;
  std::string saved;
  for (std::size_t i = 0; i < 2 * OpenedActors::kMaxActors; ++i) {
    saved += "actor-" + std::to_string(i) + "\t" + std::string(100'000, 'k') + "\n";
  }
  OpenedActors actors(index, saved, true);
  EXPECT_THAT(actors.OfLastRun(), SizeIs(OpenedActors::kMaxActors));
  actors.Note("another");
  const std::string text = actors.Text();
  EXPECT_LE(text.size(), OpenedActors::kMaxBytes + OpenedActors::kMaxActors * 65);
  EXPECT_EQ(OpenedActors(index, text, true).OfLastRun()[0].actor_id, "another");
  EXPECT_THAT(OpenedActors(index, text, true).OfLastRun(), SizeIs(OpenedActors::kMaxActors));
}

TEST_F(OpenedActorsTest, WhatCannotBeReadIsAsIfItWereNotThere) {
  const SharedIndex index;
  const OpenedActors actors(index, std::string("\t\n\n../x\tk\n\0\xff\n0001\t\tk\n", 21), true);
  ASSERT_THAT(Ids(actors.OfLastRun()), ElementsAre("0001"));
  EXPECT_THAT(actors.OfLastRun()[0].keys, ElementsAre("k"));
}

}  // namespace
}  // namespace image_cache::testing
