// Checkpoints and notes on their way through the IndexWriter to the disk.

#include <future>

#include "native-server/store/index/index_writer.h"
#include "native-server/store/space/space_keeper.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class BookkeepingTest : public ::testing::Test {
 protected:
  BookkeepingTest() { Open(); }

  // The parts of a store that has this index, as Store::Open puts them together.
  void Open() {
    writer.reset();
    space.reset();
    home.reset();
    auto opened = CacheHome::Open(folder.path().string());
    ASSERT_TRUE(opened);
    home = std::move(*opened);
    index.images = ImageIndex();
    auto opened_index = home->OpenIndex(clock.NowMs(), index.images);
    ASSERT_TRUE(opened_index);
    loaded = opened_index->loaded;
    note = opened_index->store->LoadNote("policy").value();
    index.images.Stamp(loaded.revision, loaded.last_updated_ms);
    space = std::make_unique<SpaceKeeper>(SpaceLimits{.max_size_bytes = 1 << 20}, home->folder(),
                                          clock);
    change_log = std::make_unique<ChangeLog>(index, loaded.epoch);
    writer =
        std::make_unique<IndexWriter>(*home, index, *change_log, *space,
                                      std::move(opened_index->store), clock, [this] { ++changes; });
  }

  void Commit(BookkeepingOrder order) {
    std::promise<Result<void, StoreError>> committed;
    order.done = [&committed](Result<void, StoreError> outcome) {
      committed.set_value(std::move(outcome));
    };
    writer->Enqueue(std::move(order));
    const auto outcome = committed.get_future().get();
    EXPECT_TRUE(outcome) << outcome.error().detail;
  }

  TestFolder folder;
  FakeClock clock;
  SharedIndex index;
  int changes = 0;
  LoadedIndex loaded;
  std::optional<std::string> note;
  std::unique_ptr<CacheHome> home;
  std::unique_ptr<SpaceKeeper> space;
  std::unique_ptr<ChangeLog> change_log;
  std::unique_ptr<IndexWriter> writer;
};

TEST_F(BookkeepingTest, SurvivesTheRun) {
  Commit({.checkpoint_revision = 17,
          .notes = {{.name = "policy", .content = "state"}},
          .done = nullptr});
  Open();
  EXPECT_EQ(loaded.checkpoint_revision, 17U);
  EXPECT_EQ(note, "state");
}

TEST_F(BookkeepingTest, IsNoChangeOfTheManifest) {
  const std::uint64_t revision = writer->committed_revision();
  Commit({.checkpoint_revision = revision, .notes = {}, .done = nullptr});
  EXPECT_EQ(writer->committed_revision(), revision);
  EXPECT_EQ(changes, 0);
  Open();
  EXPECT_EQ(loaded.revision, revision);
}

TEST_F(BookkeepingTest, BeginsAnewWithANewFolder) {
  Commit({.checkpoint_revision = 17,
          .notes = {{.name = "policy", .content = "state"}},
          .done = nullptr});
  std::filesystem::remove_all(folder.path());
  Commit({.checkpoint_revision = 0,
          .notes = {{.name = "policy", .content = "new state"}},
          .done = nullptr});
  Open();
  EXPECT_EQ(loaded.checkpoint_revision, 0U);
  EXPECT_EQ(note, "new state");
}

}  // namespace
}  // namespace image_cache::testing
