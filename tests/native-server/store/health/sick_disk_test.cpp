// What a store does while its disk is sick, and that it is well again by itself.

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/faulty_files.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using Kind = FaultyFiles::Kind;

class SickDiskTest : public StoreTest {
 protected:
  void SetUp() override {
    options.files = files;
    Open();
    kept = Publish(KeyOf("kept"), "0001", Jpeg(1000));
  }
  void TearDown() override {
    files->Mend();
    store.reset();  // before the files
  }

  [[nodiscard]] HealthState State() const { return store->Health().state; }
  [[nodiscard]] std::uint64_t Errors(Sickness sickness) const {
    return store->Health().errors.at(static_cast<std::size_t>(sickness));
  }

  const std::shared_ptr<FaultyFiles> files = std::make_shared<FaultyFiles>();
  Entry kept;
};

struct WritingCase {
  int error;
  Sickness sickness;
  StoreError refusal;
};

class SickWritingTest : public SickDiskTest, public ::testing::WithParamInterface<WritingCase> {};

TEST_P(SickWritingTest, ServesOnStoresNothingAndRecovers) {
  files->FailAll(Kind::kWrite, GetParam().error);
  const auto failed = TryPublish(KeyOf("a"), "0001", Jpeg(1000, 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, GetParam().refusal);
  EXPECT_EQ(State(), HealthState::kDegraded);
  EXPECT_NE(store->Health().reason, "");
  EXPECT_GE(Errors(GetParam().sickness), 1U);
  EXPECT_EQ(Serve(kept.local_path), Jpeg(1000));

  const std::uint64_t errors = Errors(GetParam().sickness);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(store->Begin("0001", 1000).error().code, GetParam().refusal);
  }
  EXPECT_EQ(Errors(GetParam().sickness), errors) << "the disk was tried";

  AwaitProbe();
  AwaitProbe();
  EXPECT_EQ(store->Health().probes_failed, 2U);
  EXPECT_EQ(State(), HealthState::kDegraded);
  files->Mend();
  ASSERT_TRUE(Recovers());
  EXPECT_EQ(store->Health().reason, "");
  EXPECT_EQ(store->Health().probes_succeeded, 1U);
  EXPECT_EQ(store->Health().transitions, 2U);
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  EXPECT_EQ(TemporaryPictures(), 0U);
  EXPECT_FALSE(std::filesystem::exists(cache_dir / "tmp/probe"));
}

INSTANTIATE_TEST_SUITE_P(
    Errors, SickWritingTest,
    ::testing::Values(WritingCase{ENOSPC, Sickness::kFull, StoreError::kFull},
                      WritingCase{EDQUOT, Sickness::kFull, StoreError::kFull},
                      WritingCase{EROFS, Sickness::kReadOnly, StoreError::kNotWritable},
                      WritingCase{EIO, Sickness::kIo, StoreError::kIo},
                      WritingCase{EMFILE, Sickness::kDescriptors, StoreError::kIo},
                      WritingCase{ENFILE, Sickness::kDescriptors, StoreError::kIo},
                      WritingCase{ENOMEM, Sickness::kMemory, StoreError::kIo}));

TEST_F(SickDiskTest, IsOffWhileNothingCanBeReadAndForgetsNothing) {
  files->FailAll(Kind::kRead, EIO);
  files->FailAll(Kind::kWrite, EIO);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(OpenImage(kept.local_path).error().code, StoreError::kIo);
  EXPECT_EQ(State(), HealthState::kOff);
  EXPECT_EQ(OpenImage(kept.local_path).error().code, StoreError::kOff);
  EXPECT_EQ(store->Find(KeyOf("kept")), kept);
  files->Mend();
  ASSERT_TRUE(Recovers());
  EXPECT_EQ(Serve(kept.local_path), Jpeg(1000));
  EXPECT_EQ(store->Stats().totals.entries, 1U);
}

TEST_F(SickDiskTest, SaysWhyNothingCanBeRemovedAndKeepsIt) {
  files->FailAll(Kind::kWrite, EROFS);
  const auto removed = Remove(KeyOf("kept"));
  ASSERT_FALSE(removed);
  EXPECT_NE(removed.error().detail, "");
  EXPECT_EQ(store->Find(KeyOf("kept")), kept);
  EXPECT_EQ(Serve(kept.local_path), Jpeg(1000));
  EXPECT_EQ(State(), HealthState::kDegraded);
  files->Mend();
  ASSERT_TRUE(Recovers()) << "the index is tried, too";
  EXPECT_TRUE(Remove(KeyOf("kept")));
}

TEST_F(SickDiskTest, IsDegradedByADiskThatTakesTooLong) {
  files->Before([this] { clock.Advance(6000); });
  (void)TryPublish(KeyOf("a"), "0001", Jpeg(1000, 1));
  EXPECT_EQ(State(), HealthState::kDegraded);
  EXPECT_GE(Errors(Sickness::kSlow), 1U);
  EXPECT_FALSE(store->Begin("0001", 1000));
  files->Mend();
  EXPECT_TRUE(Recovers());
}

TEST_F(SickDiskTest, WritesTheManifestThatItCouldNotWrite) {
  AwaitManifestFile();
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  files->FailAll(Kind::kWrite, ENOSPC);  // before the file is written, which has to wait a little
  ASSERT_TRUE(Eventually([&] { return State() == HealthState::kDegraded; }));
  files->Mend();
  ASSERT_TRUE(Recovers());
  AwaitManifestFile();  // without another change
}

}  // namespace
}  // namespace image_cache::testing
