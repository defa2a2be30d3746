// --max-size at every instant, and who goes when it is reached.

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <atomic>
#include <map>
#include <set>

#include "shared/eviction/opening_detector.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::uint64_t kKiB = 1024;

class LimitsTest : public StoreTest {
 protected:
  [[nodiscard]] std::set<std::string> Actors() {
    std::set<std::string> ids;
    for (const auto& actor : store->Stats().actors) ids.insert(actor.actor_id);
    return ids;
  }

  // What du counts: every file and folder of the cache, its bytes on the disk by its inode.
  [[nodiscard]] std::map<ino_t, std::uint64_t> Disk() const {
    namespace fs = std::filesystem;
    std::map<ino_t, std::uint64_t> bytes;
    const auto count = [&bytes](const fs::path& path) {
      struct stat status {};
      if (::lstat(path.c_str(), &status) != 0) return;
      bytes[status.st_ino] = static_cast<std::uint64_t>(status.st_blocks) * 512;
    };
    count(cache_dir);
    std::error_code error;
    for (fs::recursive_directory_iterator at(cache_dir, error), end; at != end;
         at.increment(error)) {
      count(at->path());
      if (error) break;
    }
    return bytes;
  }

  // What all of it took together at some one instant during the call, or a little less, never more.
  // One walk alone would add a file that is removed behind it to another that is made before it.
  // What two walks saw was there between them, with at least the smaller of the sizes.
  [[nodiscard]] std::uint64_t DiskBytes() const {
    const auto before = Disk();
    const auto after = Disk();
    std::uint64_t bytes = 0;
    for (const auto& [inode, size] : before) {
      const auto again = after.find(inode);
      if (again != after.end()) bytes += std::min(size, again->second);
    }
    return bytes;
  }
};

using ActorSet = std::set<std::string>;

// manifest.json is written anew at any time, and lies there twice meanwhile: less than a picture.
constexpr std::uint64_t kRewriting = 16 * kKiB;

TEST_F(LimitsTest, EvictsTheActorThatIsOpenedLeast) {
  options.max_size_bytes = LimitFor(120 * kKiB, 3, 3) + kRewriting;
  Open();
  for (const char* actor : {"0001", "0002", "0003", "0001"}) {
    Publish(KeyOf(actor), actor, Jpeg(40 * kKiB));
    store->NoteOpened(actor);
    clock.Advance(5000);
  }
  Publish(KeyOf("4"), "0004", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0003", "0004"}));
  EXPECT_EQ(store->Stats().evicted_entries, 1U);
  EXPECT_EQ(store->Stats().evicted_bytes, 40 * kKiB);
}

TEST_F(LimitsTest, EvictsActorsNeverOpenedFirst) {
  options.max_size_bytes = LimitFor(120 * kKiB, 3, 3) + kRewriting;
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(40 * kKiB));
  store->NoteOpened("0001");
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  Publish(KeyOf("3"), "0003", Jpeg(40 * kKiB));
  Publish(KeyOf("4"), "0004", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0003", "0004"}));
}

TEST_F(LimitsTest, EvictsWholeActors) {
  options.max_size_bytes = LimitFor(120 * kKiB, 10, 1);
  Open();
  for (int i = 0; i < 10; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(8 * kKiB, i));
  Publish(KeyOf("other"), "0002", Jpeg(80 * kKiB));
  EXPECT_EQ(Actors(), ActorSet{"0002"});
  EXPECT_FALSE(std::filesystem::exists(cache_dir / "images/0001"));
  EXPECT_EQ(store->Stats().evicted_entries, 10U);
}

TEST_F(LimitsTest, NeverEvictsAnActorThatIsBeingDownloaded) {
  options.max_size_bytes = LimitFor(120 * kKiB, 3, 3) + kRewriting;
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(40 * kKiB));
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  auto running = store->Begin("0001", 40 * kKiB);
  ASSERT_TRUE(running);
  Publish(KeyOf("3"), "0003", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0003"}));
  running->reset();
}

TEST_F(LimitsTest, EvictsNothingInVain) {
  options.max_size_bytes = LimitFor(120 * kKiB, 3, 3);
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(80 * kKiB));
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  auto running = store->Begin("0001", 0);
  ASSERT_TRUE(running);
  // Without 0001 there is too little to gain.
  const auto refused = store->Begin("0003", 80 * kKiB);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, StoreError::kFull);
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0002"}));
  running->reset();
}

TEST_F(LimitsTest, RefusesAPictureThatOutgrowsWhatIsThere) {
  options.max_size_bytes = LimitFor(64 * kKiB, 2, 2);
  Open();
  auto first = store->Begin("0001", 32 * kKiB);
  ASSERT_TRUE(first);
  auto growing = store->Begin("0002", 0);
  ASSERT_TRUE(growing);
  ASSERT_TRUE((*growing)->Append(Jpeg(32 * kKiB)));
  const auto appended = (*growing)->Append(std::string("x"));
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, StoreError::kFull);
  first->reset();
  growing->reset();
}

TEST_F(LimitsTest, ServesOnWhenItIsFull) {
  options.max_size_bytes = LimitFor(8 * kKiB, 1, 1);
  Open();
  const Entry entry = Publish(KeyOf("1"), "0001", Jpeg(8 * kKiB));
  EXPECT_FALSE(store->Begin("0001", 1)) << "what is being filled is not evicted";
  EXPECT_EQ(Serve(entry.local_path), Jpeg(8 * kKiB));
}

TEST_F(LimitsTest, KeepsSpaceFreeForOthers) {
  options.min_free_bytes = std::uint64_t{1} << 62;  // more than any disk has
  Open();
  const auto image = store->Begin("0001", 1000);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, StoreError::kFull);
}

TEST_F(LimitsTest, KeepsInodesFreeForOthers) {
  struct statvfs status {};
  ASSERT_EQ(::statvfs(folder.path().c_str(), &status), 0);
  if (status.f_files == 0) GTEST_SKIP() << "this file system does not count inodes";
  options.min_free_inodes = std::uint64_t{1} << 62;
  Open();
  const auto image = store->Begin("0001", 1000);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, StoreError::kFull);
}

TEST_F(LimitsTest, EvictsNobodyWhoIsBeingRead) {
  options.max_size_bytes = LimitFor(80 * kKiB, 2, 2);
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(40 * kKiB));
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  const auto kept = std::make_shared<const int>();
  store->WatchReaders("0001", kept);
  auto answer = kept;
  Publish(KeyOf("3"), "0003", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0003"}));
  answer.reset();
  Publish(KeyOf("4"), "0004", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0003", "0004"})) << "kept open is not read";
}

TEST_F(LimitsTest, KeepsWhatItLearntOverARestart) {
  options.max_size_bytes = LimitFor(120 * kKiB, 3, 3);
  Open();
  for (const char* actor : {"0001", "0002", "0003"}) {
    Publish(KeyOf(actor), actor, Jpeg(40 * kKiB));
  }
  for (const char* actor : {"0001", "0001", "0003", "0001", "0003", "0002"}) {
    store->NoteOpened(actor);
    clock.Advance(OpeningDetector::kAwayMs + 1);
  }
  Reopen();
  EXPECT_EQ(store->Stats().space.openings, 6U);
  store->NoteOpened("0004");
  Publish(KeyOf("4"), "0004", Jpeg(40 * kKiB));
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0003", "0004"}));
}

TEST_F(LimitsTest, MakesRoomAheadOfNeed) {
  constexpr std::uint64_t kMiB = 1 << 20;
  options.max_size_bytes = 64 * kMiB;  // of which two percent are headroom
  Open();
  const std::uint64_t headroom = store->Stats().space.headroom_bytes;
  ASSERT_GT(headroom, kMiB);
  for (int i = 0; i < 80; ++i) {
    const std::string actor = "actor-" + std::to_string(i);
    Publish(KeyOf(actor), actor, Jpeg(kMiB, i));
    // Whoever asks for a picture at a time has a thread making room for the next.
    ASSERT_TRUE(Eventually([&] {
      const SpaceStats space = store->Stats().space;
      return space.used_bytes + headroom <= options.max_size_bytes;
    }));
  }
  const SpaceStats space = store->Stats().space;
  EXPECT_GT(space.evictions_ahead, 15U);
  EXPECT_EQ(space.evictions_in_need, 0U);
}

TEST_F(LimitsTest, FitsATighterLimitWhenItIsTold) {
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(40 * kKiB));
  clock.Advance(1000);
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  store.reset();
  options.max_size_bytes = LimitFor(50 * kKiB, 1, 1);
  Open();
  store->FitLimits();
  EXPECT_EQ(Actors(), ActorSet{"0002"}) << "the one that was filled first goes first";
}

TEST_F(LimitsTest, EvictsNothingWhenItIsOnlyOpened) {
  Open();
  Publish(KeyOf("1"), "0001", Jpeg(40 * kKiB));
  Publish(KeyOf("2"), "0002", Jpeg(40 * kKiB));
  store.reset();
  options.max_size_bytes = LimitFor(50 * kKiB, 1, 1);
  Open();
  EXPECT_EQ(Actors(), (ActorSet{"0001", "0002"}));
}

TEST_F(LimitsTest, IsNeverOverTheLimitWithManyWriters) {
  options.max_size_bytes = LimitFor(300 * kKiB, 16, 11);
  Open();
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> most{0};
  std::thread watching([&] {
    while (!stop) most = std::max(most.load(), DiskBytes());
  });
  constexpr int kWriters = 4;
  std::atomic<int> published{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 40; ++i) {
        const std::string actor = "actor-" + std::to_string((writer * 7 + i) % 11);
        const auto size = static_cast<std::size_t>(1000 + (i * 7919 + writer * 104729) % 40000);
        const std::string key = KeyOf(std::to_string(writer) + "/" + std::to_string(i));
        published += TryPublish(key, actor, Jpeg(size, i)) ? 1 : 0;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  stop = true;
  watching.join();
  EXPECT_LE(most, options.max_size_bytes);
  EXPECT_GT(most, options.max_size_bytes / 2) << "nothing was seen";
  EXPECT_GT(published, kWriters * 20) << "the limit was kept by refusing almost everything";
  EXPECT_GT(store->Stats().evicted_entries, 0U);
  // Nothing is lost in the books: the files are exactly those of the entries.
  AwaitUnlinking();
  EXPECT_EQ(FilesBeneath(cache_dir / "images").size(), store->Stats().totals.entries);
}

}  // namespace
}  // namespace image_cache::testing
