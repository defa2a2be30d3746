// Who has a manifest and follows the changes has, at every revision, what the manifest says then.

#include "native-server/store/index/sqlite_handle.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/changes/followed_manifest.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class FollowingTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    Publish(KeyOf("1/a"), "0001", Jpeg(1000, 1));
    Publish(KeyOf("1/b"), "0001", Jpeg(2000, 2));
    Publish(KeyOf("2/a"), "0002", Jpeg(4000, 3));
  }

  [[nodiscard]] FollowedManifest Read() { return FollowedManifest(*store->ManifestJson()); }
  // Through the changes alone `follower` comes to what the manifest says.
  void ExpectToFollow(FollowedManifest follower) {
    ASSERT_TRUE(follower.CatchUp(store->changes()));
    const FollowedManifest now = Read();
    EXPECT_EQ(follower.revision(), now.revision());
    EXPECT_EQ(follower.entries(), now.entries());
  }
  // The changes since a revision, as one list.
  [[nodiscard]] nlohmann::json ChangesSince(std::uint64_t revision) {
    nlohmann::json changes = nlohmann::json::array();
    for (const auto& group : store->changes().Since(revision).groups) {
      for (const auto& change : nlohmann::json::parse("[" + *group->text + "]")) {
        changes.push_back(change);
      }
    }
    return changes;
  }
  // Another program breaks the index, or mends it.
  void Execute(const char* sql) {
    auto database = SqliteDatabase::Open((cache_dir / "index.sqlite").string());
    ASSERT_TRUE(database) << database.error().detail;
    ASSERT_TRUE(database->Execute(sql));
  }
};

TEST_F(FollowingTest, TellsOfANewPicture) {
  const FollowedManifest before = Read();
  const Entry entry = Publish(KeyOf("1/c"), "0001", Jpeg(3000, 4));
  EXPECT_EQ(ChangesSince(before.revision()),
            nlohmann::json::parse("[" + *TextOfPuts({entry}) + "]"));
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsWhichFileANewContentReplaces) {
  const FollowedManifest before = Read();
  const std::string old_path = store->Find(KeyOf("1/a"))->local_path;
  Publish(KeyOf("1/a"), "0001", Jpeg(3000, 4));
  EXPECT_EQ(ChangesSince(before.revision())[0]["put"][0]["replaces"], old_path);
  ExpectToFollow(before);
}

TEST_F(FollowingTest, FollowsAPictureToAnotherActor) {
  const FollowedManifest before = Read();
  Publish(KeyOf("1/a"), "0002", Jpeg(1000, 1));
  ASSERT_TRUE(ClearActor("0001"));
  ExpectToFollow(before);
  EXPECT_TRUE(Read().entries().contains(KeyOf("1/a")));
}

TEST_F(FollowingTest, TellsOfARemovedPicture) {
  const FollowedManifest before = Read();
  const std::string path = store->Find(KeyOf("1/a"))->local_path;
  ASSERT_TRUE(Remove(KeyOf("1/a")));
  EXPECT_EQ(ChangesSince(before.revision()),
            nlohmann::json::parse(R"([{"removed":[{"s3_url":")" + KeyOf("1/a") +
                                  R"(","local_path":")" + path + R"("}]}])"));
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsOfAWholeActorInOneChange) {
  const FollowedManifest before = Read();
  ASSERT_TRUE(ClearActor("0001"));
  EXPECT_EQ(ChangesSince(before.revision()),
            nlohmann::json::parse(R"([{"removed_actor":"0001"}])"));
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsOfEverythingInOneChange) {
  const FollowedManifest before = Read();
  ASSERT_TRUE(ClearAll());
  EXPECT_EQ(ChangesSince(before.revision()), nlohmann::json::parse(R"([{"removed_all":true}])"));
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsOfAnEviction) {
  options.max_size_bytes = LimitFor(8192, 3, 2);
  Reopen();
  const FollowedManifest before = Read();
  Publish(KeyOf("3/a"), "0003", Jpeg(6000, 5));
  EXPECT_GT(store->Stats().evicted_entries, 0U);
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsOfAPictureWhoseFileIsGone) {
  const FollowedManifest before = Read();
  const Entry entry = *store->Find(KeyOf("1/a"));
  std::filesystem::remove(FileOf(entry));
  EXPECT_FALSE(Serve(entry.local_path));
  ASSERT_TRUE(Eventually([&] { return store->changes().revision() > before.revision(); }));
  EXPECT_EQ(ChangesSince(before.revision())[0]["removed"][0]["local_path"], entry.local_path);
  ExpectToFollow(before);
}

TEST_F(FollowingTest, TellsOfARemovedFolder) {
  const FollowedManifest before = Read();
  std::error_code error;
  ASSERT_TRUE(Eventually([&] { return std::filesystem::remove_all(cache_dir, error), !error; }));
  EXPECT_TRUE(Read().entries().empty());  // who asks for the manifest notices
  // A look at a picture while the folder was half gone may have told of that one first.
  EXPECT_EQ(ChangesSince(before.revision()).back(), nlohmann::json({{"removed_all", true}}));
  ExpectToFollow(before);
  Publish(KeyOf("1/a"), "0001", Jpeg(1000, 1));
  ExpectToFollow(before);
}

// A removal that cannot be committed shows for a moment: who has read the manifest then must learn
// that nothing is removed.
TEST_F(FollowingTest, TellsThatWhatCouldNotBeRemovedIsThereStill) {
  const FollowedManifest before = Read();
  Execute("CREATE TRIGGER sick BEFORE DELETE ON entries BEGIN SELECT RAISE(FAIL, 'sick'); END");
  ASSERT_FALSE(Remove(KeyOf("1/a")));
  EXPECT_EQ(ChangesSince(before.revision())[0]["put"][0]["s3_url"], KeyOf("1/a"));
  ExpectToFollow(before);
  const std::uint64_t revision = store->changes().revision();
  ASSERT_FALSE(ClearActor("0001"));
  EXPECT_EQ(ChangesSince(revision)[0]["put"].size(), 2U);
  ExpectToFollow(before);
}

TEST_F(FollowingTest, AsksForAWholeManifestWhenEverythingCouldNotBeRemoved) {
  const std::uint64_t before = store->changes().revision();
  Execute("CREATE TRIGGER sick BEFORE DELETE ON entries BEGIN SELECT RAISE(FAIL, 'sick'); END");
  ASSERT_FALSE(ClearAll());
  EXPECT_TRUE(store->changes().Since(before).is_full);
  EXPECT_TRUE(store->changes().Since(before + 1).is_full) << "the moment when nothing was there";
  ExpectToFollow(Read());
}

TEST_F(FollowingTest, GoesOnAfterACleanStopAndStartsAnewAfterAnother) {
  const std::uint64_t revision = store->changes().revision();
  const std::string epoch = store->changes().epoch();
  Reopen();
  EXPECT_EQ(store->changes().epoch(), epoch);
  EXPECT_FALSE(store->changes().Since(revision).is_full) << "nothing has changed";
  EXPECT_TRUE(store->changes().Since(revision - 1).is_full) << "what has is forgotten";

  store.reset();
  Execute("UPDATE state SET closed = 0");  // as a kill leaves it
  Open();
  EXPECT_NE(store->changes().epoch(), epoch);
}

}  // namespace
}  // namespace image_cache::testing
