// What a power loss leaves behind, made by hand: the folder is copied as at kill -9, then the files
// of some entries are cut, emptied or filled with zeros, as a file system does that had no time to
// write them.

#include "native-server/store/verify/verification.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

class PowerLossTest : public StoreTest {
 protected:
  PowerLossTest() { options.checkpoint_interval = std::chrono::hours(1); }

  void AwaitCheckpoint() {
    ASSERT_TRUE(Eventually([this] {
      const StoreStats stats = store->Stats();
      return stats.proof.checkpoint_revision >= stats.revision;
    }));
  }
  // Goes on with a copy of the folder; the running store knows nothing of it.
  void LosePower() {
    AwaitManifestFile();
    const auto copy = folder.path() / ("after-" + std::to_string(++losses_));
    std::filesystem::copy(cache_dir, copy, std::filesystem::copy_options::recursive);
    gone_.push_back(std::move(store));
    cache_dir = copy;
    options.cache_dir = copy.string();
  }
  // Until nothing is left to be proved.
  void AwaitProof() {
    ASSERT_TRUE(Eventually([this] { return store->Stats().proof.unproven_entries == 0; }));
  }
  // Goes on from here with a checkpoint behind everything so far.
  void Checkpoint() {
    store.reset();  // a clean stop makes one
    Open();
  }

 private:
  int losses_ = 0;
  std::vector<std::unique_ptr<Store>> gone_;
};

std::string Zeros(std::size_t size) { return std::string(size, '\0'); }

TEST_F(PowerLossTest, NeverServesAYoungPictureThatIsWrong) {
  Open();
  const Entry cut = Publish(KeyOf("cut"), "0001", Jpeg(9000, 1));
  const Entry empty = Publish(KeyOf("empty"), "0001", Jpeg(9000, 2));
  const Entry zeros = Publish(KeyOf("zeros"), "0002", Jpeg(9000, 3));
  const Entry half = Publish(KeyOf("half"), "0002", Jpeg(9000, 4));
  const Entry whole = Publish(KeyOf("whole"), "0002", Jpeg(9000, 5));
  LosePower();
  std::filesystem::resize_file(FileOf(cut), 4096);
  std::filesystem::resize_file(FileOf(empty), 0);
  WriteFile(FileOf(zeros), Zeros(9000));
  WriteFile(FileOf(half), Jpeg(9000, 4).substr(0, 4096) + Zeros(9000 - 4096));
  Open();
  EXPECT_EQ(Serve(zeros.local_path), std::nullopt);
  EXPECT_EQ(Serve(half.local_path), std::nullopt);
  EXPECT_EQ(Serve(cut.local_path), std::nullopt);
  EXPECT_EQ(Serve(empty.local_path), std::nullopt);
  EXPECT_EQ(Serve(whole.local_path), Jpeg(9000, 5));
  AwaitProof();
  EXPECT_EQ(store->Stats().totals.entries, 1U);
  // Where a reader finds that another has just dropped it, that one may be about to count it.
  EXPECT_TRUE(Eventually([this] { return store->Stats().proof.dropped_entries == 4; }));
}

TEST_F(PowerLossTest, DropsInTheBackgroundWhatNobodyAsksFor) {
  Open();
  const Entry wrong = Publish(KeyOf("wrong"), "0001", Jpeg(9000, 1));
  Publish(KeyOf("right"), "0001", Jpeg(9000, 2));
  LosePower();
  WriteFile(FileOf(wrong), Zeros(9000));
  Open();
  AwaitProof();
  EXPECT_FALSE(store->Find(KeyOf("wrong")));
  EXPECT_TRUE(store->Find(KeyOf("right")));
  // It can come again, in the same place.
  Publish(KeyOf("wrong"), "0001", Jpeg(9000, 1));
  EXPECT_EQ(Serve(wrong.local_path), Jpeg(9000, 1));
}

TEST_F(PowerLossTest, TrustsWhatIsOlderThanTheCheckpointUntilItIsVerified) {
  Open();
  const Entry old = Publish(KeyOf("old"), "0001", Jpeg(9000, 1));
  Checkpoint();
  const Entry young = Publish(KeyOf("young"), "0001", Jpeg(9000, 2));
  LosePower();
  WriteFile(FileOf(old), Zeros(9000));
  WriteFile(FileOf(young), Zeros(9000));
  Open();
  EXPECT_EQ(Serve(old.local_path), Zeros(9000));
  EXPECT_EQ(Serve(young.local_path), std::nullopt);
  AwaitProof();
  EXPECT_EQ(store->Stats().totals.entries, 1U);

  ASSERT_TRUE(store->verification().Start({.repair = true}));
  ASSERT_TRUE(Eventually(
      [this] { return store->verification().Report()->state != VerifyReport::State::kRunning; }));
  EXPECT_EQ(Serve(old.local_path), std::nullopt);
}

TEST_F(PowerLossTest, MakesACheckpointSoonAfterAChange) {
  options.checkpoint_interval = std::chrono::milliseconds(5);
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(9000));
  AwaitCheckpoint();
  const std::uint64_t made = store->Stats().proof.checkpoints;
  LosePower();
  EXPECT_GE(made, 1U);
  Open();
  EXPECT_EQ(store->Stats().proof.unproven_entries, 0U);
  EXPECT_EQ(Serve(entry.local_path), Jpeg(9000));
}

TEST_F(PowerLossTest, MakesACheckpointWhenEverythingIsProved) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(9000));
  LosePower();
  Open();
  AwaitCheckpoint();
  LosePower();
  Open();
  EXPECT_EQ(store->Stats().proof.unproven_entries, 0U);
}

TEST_F(PowerLossTest, ProvesNothingAfterACleanStop) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(9000));
  Reopen();
  EXPECT_EQ(store->Stats().proof.unproven_entries, 0U);
  EXPECT_EQ(store->Stats().proof.checkpoint_revision, store->Stats().revision);
}

// Fails to bring anything to the platter.
class NoSync final : public SystemFiles {
 public:
  ErrnoResult<void> SyncFileSystem(int) override { return tl::make_unexpected(EIO); }
};

TEST_F(PowerLossTest, ProvesEverythingAgainWhenTheStopCouldNotSync) {
  options.files = std::make_shared<NoSync>();
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(9000));
  store.reset();
  WriteFile(FileOf(entry), Zeros(9000));
  options.files = std::make_shared<SystemFiles>();
  Open();
  EXPECT_EQ(Serve(entry.local_path), std::nullopt);
}

// Gives no byte of any picture until it is mended.
class Unreadable final : public SystemFiles {
 public:
  ErrnoResult<std::size_t> ReadAt(int fd, std::span<char> buffer, std::uint64_t offset) override {
    if (broken) return tl::make_unexpected(EIO);
    return SystemFiles::ReadAt(fd, buffer, offset);
  }
  std::atomic<bool> broken = false;
};

TEST_F(PowerLossTest, NeitherServesNorDropsWhatCannotBeReadNow) {
  const auto files = std::make_shared<Unreadable>();
  options.files = files;
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(9000));
  LosePower();
  files->broken = true;
  Open();
  EXPECT_EQ(OpenImage(entry.local_path).error().code, StoreError::kIo);
  EXPECT_TRUE(store->Find(KeyOf("a")));
  files->broken = false;
  EXPECT_EQ(Serve(entry.local_path), Jpeg(9000));
  AwaitProof();
}

}  // namespace
}  // namespace image_cache::testing
