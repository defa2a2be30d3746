// While pictures come, go and are evicted: whatever a reader has read, at whatever moment, the
// changes since bring it to what the manifest says.

#include <mutex>
#include <optional>
#include <random>

#include "tests/native-server/store/changes/followed_snapshot.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr int kKeys = 30;
constexpr int kActors = 5;
constexpr int kOperations = 250;  // of each writer

class FollowingRaceTest : public StoreTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  FollowingRaceTest() {
    for (int i = 0; i < kKeys; ++i) keys.push_back(KeyOf(std::to_string(i) + ".jpg"));
  }

  void Write(std::uint64_t seed);
  void ReadWhileWriting();
  void ExpectTheSame(const FollowedManifest::Entries& entries, std::uint64_t revision,
                     const FollowedManifest& manifest);

  std::vector<std::string> keys;
  std::atomic<int> writing{0};
  std::atomic<int> compared{0};
};

void FollowingRaceTest::Write(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&random](int limit) {
    return std::uniform_int_distribution(0, limit - 1)(random);
  };
  for (int i = 0; i < kOperations; ++i) {
    const std::string& key = keys.at(static_cast<std::size_t>(below(kKeys)));
    const std::string actor_id = "actor-" + std::to_string(below(kActors));
    const int what = below(100);
    if (what < 70) {
      // It may be full for a moment, when what is there is in use.
      (void)TryPublish(key, actor_id,
                       Jpeg(static_cast<std::size_t>(1000 + below(9000)), below(50)));
    } else if (what < 90) {
      EXPECT_TRUE(Remove(key));
    } else if (what < 99) {
      EXPECT_TRUE(ClearActor(actor_id));
    } else {
      EXPECT_TRUE(ClearAll());
    }
  }
  --writing;
}

void FollowingRaceTest::ExpectTheSame(const FollowedManifest::Entries& entries,
                                      std::uint64_t revision, const FollowedManifest& manifest) {
  if (revision != manifest.revision()) return;  // one of the two is ahead
  EXPECT_EQ(entries, manifest.entries()) << "at revision " << revision;
  ++compared;
}

void FollowingRaceTest::ReadWhileWriting() {
  const ChangeLog& log = store->changes();
  FollowedManifest manifest(*store->ManifestJson());
  FollowedSnapshot snapshot(*store->Snapshot());
  for (bool is_last = false; !HasFailure();) {
    is_last = writing == 0;
    const FollowedManifest now(*store->ManifestJson());
    ASSERT_TRUE(manifest.CatchUp(log));
    ASSERT_TRUE(snapshot.CatchUp(log));
    ExpectTheSame(manifest.entries(), manifest.revision(), now);
    ExpectTheSame(snapshot.EntriesOf(keys), snapshot.revision(), now);
    if (is_last) break;
    // Every other time from a start at some other moment.
    manifest = now;
    snapshot = FollowedSnapshot(*store->Snapshot());
  }
}

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, FollowingRaceTest, ::testing::Values(1000, 0),
                         [](const auto& test) { return test.param == 0 ? "Disk" : "Memory"; });

TEST_P(FollowingRaceTest, BringsEveryReaderToWhatTheManifestSays) {
  options.max_size_bytes = LimitFor(100'000, 15, 3);
  options.max_manifest_entries_in_memory = GetParam();
  Open();
  const FollowedManifest first(*store->ManifestJson());
  std::mutex mutex;
  FollowedManifest told = first;  // guarded by mutex: by a watch alone
  bool told_all = true;           // guarded by mutex
  const auto watch = store->changes().StartWatch([&](const auto& group) {
    const std::lock_guard lock(mutex);
    told_all = told_all && told.Apply(*group);
  });

  writing = 2;
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::thread writers[] = {std::thread([&] { Write(seed); }),
                           std::thread([&] { Write(seed + 1); })};
  std::thread reader([this] { ReadWhileWriting(); });
  for (std::thread& writer : writers) writer.join();
  reader.join();
  EXPECT_GT(compared, 0);
  EXPECT_GT(store->Stats().evicted_entries, 0U);

  const FollowedManifest last(*store->ManifestJson());
  FollowedManifest late = first;
  ASSERT_TRUE(late.CatchUp(store->changes()));
  EXPECT_EQ(late.entries(), last.entries());
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(told_all);
  EXPECT_EQ(told.revision(), last.revision());
  EXPECT_EQ(told.entries(), last.entries());
}

}  // namespace
}  // namespace image_cache::testing
