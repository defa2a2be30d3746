#include "native-server/store/proof/removed_paths.h"

#include <atomic>

#include "native-server/base/system_files.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

TEST(RemovedPathsTest, HoldsAPathUntilACheckpointBehindItsRemoval) {
  RemovedPaths paths;
  paths.Note("a", 5);
  paths.Note("b", 7);
  EXPECT_TRUE(paths.MayHold("a"));
  EXPECT_FALSE(paths.MayHold("c"));
  paths.ForgetUpTo(4);
  EXPECT_TRUE(paths.MayHold("a"));
  paths.ForgetUpTo(5);
  EXPECT_FALSE(paths.MayHold("a"));
  EXPECT_TRUE(paths.MayHold("b"));
}

TEST(RemovedPathsTest, CountsAnotherRemovalOfTheSamePathByTheLastOne) {
  RemovedPaths paths;
  paths.Note("a", 5);
  paths.Note("a", 9);
  paths.ForgetUpTo(5);
  EXPECT_TRUE(paths.MayHold("a"));
}

TEST(RemovedPathsTest, HoldsEveryPathWhenThereAreTooMany) {
  RemovedPaths paths;
  for (std::size_t i = 0; i <= RemovedPaths::kMaxPaths; ++i) paths.Note(std::to_string(i), i + 1);
  EXPECT_EQ(paths.size(), 0U);
  EXPECT_TRUE(paths.MayHold("never seen"));
  paths.ForgetUpTo(RemovedPaths::kMaxPaths);
  EXPECT_TRUE(paths.MayHold("never seen"));
  paths.ForgetUpTo(RemovedPaths::kMaxPaths + 1);
  EXPECT_FALSE(paths.MayHold("never seen"));
}

class CountedSyncs final : public SystemFiles {
 public:
  [[nodiscard]] ErrnoResult<void> Sync(int fd) override {
    ++syncs;
    return SystemFiles::Sync(fd);
  }
  std::atomic<int> syncs{0};
};

class RepublicationTest : public StoreTest {
 protected:
  RepublicationTest() {
    options.files = files;
    options.checkpoint_interval = std::chrono::hours(1);
    Open();
  }
  const std::shared_ptr<CountedSyncs> files = std::make_shared<CountedSyncs>();
};

TEST_F(RepublicationTest, SyncsAPictureOnlyWhereAnOlderEntryMayComeBack) {
  const Entry first = Publish(KeyOf("a"), "0001", Jpeg(3000, 1));
  EXPECT_EQ(files->syncs, 0);  // a new place
  Reopen();                    // a checkpoint
  const int before = files->syncs;

  ASSERT_TRUE(Remove(first.s3_url));
  EXPECT_EQ(Publish(KeyOf("a"), "0001", Jpeg(3000, 1)).local_path, first.local_path);
  EXPECT_EQ(files->syncs, before + 1);
  Publish(KeyOf("a"), "0001", Jpeg(3000, 1));  // over itself
  EXPECT_EQ(files->syncs, before + 2);
  Publish(KeyOf("a"), "0001", Jpeg(3000, 2));  // another content has another place
  Publish(KeyOf("b"), "0001", Jpeg(3000, 1));
  EXPECT_EQ(files->syncs, before + 2);

  ASSERT_TRUE(ClearAll());
  Publish(KeyOf("b"), "0001", Jpeg(3000, 1));
  EXPECT_EQ(files->syncs, before + 3);
}

}  // namespace
}  // namespace image_cache::testing
