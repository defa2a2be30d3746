// A real store with real damage: what is found, what is repaired, and what is left alone.

#include "native-server/store/verify/verification.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VerificationTest : public StoreTest {
 protected:
  VerifyReport Verify(VerifyOptions verify = {}) {
    EXPECT_TRUE(store->verification().Start(verify));
    EXPECT_TRUE(Eventually([this] { return Report().state != VerifyReport::State::kRunning; }));
    return Report();
  }
  VerifyReport Repair() { return Verify({.repair = true}); }
  VerifyReport Report() { return store->verification().Report().value(); }

  // As if it had been there since long before the store was opened.
  static void MakeOld(const std::filesystem::path& file) {
    const timespec old[2] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 1000, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), old, 0), 0);
  }
};

TEST_F(VerificationTest, FindsASoundStoreSound) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000, 1));
  Publish(KeyOf("b"), "0002", Jpeg(300'000, 2));
  const VerifyReport report = Verify();
  EXPECT_EQ(report.state, VerifyReport::State::kDone);
  EXPECT_EQ(report.entries_total, 2U);
  EXPECT_EQ(report.entries_checked, 2U);
  EXPECT_EQ(report.bytes_total, 301'000U);
  EXPECT_EQ(report.bytes_checked, 301'000U);
  EXPECT_EQ(report.left(), 0U);
  EXPECT_EQ(report.unknown + report.foreign, 0U);
}

TEST_F(VerificationTest, FindsNothingInAnEmptyStore) {
  Open();
  EXPECT_FALSE(store->verification().Report());
  EXPECT_EQ(Verify().left(), 0U);
}

TEST_F(VerificationTest, TellsTheKindsOfDamageApart) {
  Open();
  const Entry missing = Publish(KeyOf("missing"), "0001", Jpeg(1000, 1));
  const Entry cut = Publish(KeyOf("cut"), "0001", Jpeg(1000, 2));
  const Entry changed = Publish(KeyOf("changed"), "0001", Jpeg(1000, 3));
  const Entry linked = Publish(KeyOf("linked"), "0001", Jpeg(1000, 4));
  Publish(KeyOf("sound"), "0001", Jpeg(1000, 5));
  std::filesystem::remove(FileOf(missing));
  std::filesystem::resize_file(FileOf(cut), 999);
  WriteFile(FileOf(changed), Jpeg(1000, 6));
  std::filesystem::remove(FileOf(linked));
  std::filesystem::create_symlink(FileOf(changed), FileOf(linked));

  const VerifyReport report = Verify();
  const Findings& missing_files = report.Of(FindingKind::kMissingFile);
  EXPECT_EQ(missing_files.found, 2U);
  EXPECT_THAT(missing_files.examples,
              ::testing::UnorderedElementsAre(missing.local_path, linked.local_path));
  EXPECT_THAT(report.Of(FindingKind::kWrongSize).examples, ElementsAre(cut.local_path));
  EXPECT_THAT(report.Of(FindingKind::kWrongContent).examples, ElementsAre(changed.local_path));
  EXPECT_EQ(report.left(), 4U);
  EXPECT_EQ(report.entries_checked, 5U);
  EXPECT_EQ(store->Stats().totals.entries, 5U) << "looking changed something";
}

TEST_F(VerificationTest, RepairsByDroppingWhatIsBroken) {
  Open();
  const Entry missing = Publish(KeyOf("missing"), "0001", Jpeg(1000, 1));
  const Entry changed = Publish(KeyOf("changed"), "0001", Jpeg(1000, 2));
  const Entry sound = Publish(KeyOf("sound"), "0001", Jpeg(1000, 3));
  std::filesystem::remove(FileOf(missing));
  WriteFile(FileOf(changed), Jpeg(1000, 4));

  const VerifyReport report = Repair();
  EXPECT_EQ(report.Of(FindingKind::kMissingFile).repaired, 1U);
  EXPECT_EQ(report.Of(FindingKind::kWrongContent).repaired, 1U);
  EXPECT_EQ(report.left(), 0U);
  EXPECT_FALSE(store->Find(KeyOf("missing")));
  EXPECT_FALSE(store->Find(KeyOf("changed")));
  EXPECT_EQ(Serve(sound.local_path), Jpeg(1000, 3));
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(FileOf(changed)); }));
  EXPECT_EQ(Verify().left(), 0U);
  // What was dropped can come again, in the same place.
  EXPECT_EQ(Publish(KeyOf("changed"), "0001", Jpeg(1000, 2)).local_path, changed.local_path);
  EXPECT_EQ(Serve(changed.local_path), Jpeg(1000, 2));
}

TEST_F(VerificationTest, RemovesOrphansThatBearOurNamesOnly) {
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1000));
  const auto orphan = cache_dir / "images/0001/0001_00000000deadbeef.jpg";
  const auto alone = cache_dir / "images/0002/0002_00000000deadbeef.png";
  const auto foreign = cache_dir / "images/0001/holiday.jpg";
  for (const auto& file : {orphan, alone, foreign}) {
    std::filesystem::create_directories(file.parent_path());
    WriteFile(file, Jpeg(10));
  }
  EXPECT_EQ(Verify().Of(FindingKind::kOrphan).found, 2U);
  EXPECT_TRUE(std::filesystem::exists(orphan));

  const VerifyReport report = Repair();
  EXPECT_EQ(report.Of(FindingKind::kOrphan).repaired, 2U);
  EXPECT_EQ(report.foreign, 1U);
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_FALSE(std::filesystem::exists(alone));
  EXPECT_TRUE(std::filesystem::exists(foreign));
}

TEST_F(VerificationTest, KeepsTemporaryFilesThatAreBeingWritten) {
  Open();
  const auto leftover = cache_dir / "tmp/picture-0123456789abcdef0123456789abcdef";
  WriteFile(leftover, "half a pic");
  MakeOld(leftover);
  auto pending = store->Begin("0001", 0);
  ASSERT_TRUE(pending);
  ASSERT_TRUE((*pending)->Append(Jpeg(1000)));

  EXPECT_EQ(Verify().Of(FindingKind::kLeftover).found, 1U);
  EXPECT_EQ(Repair().Of(FindingKind::kLeftover).repaired, 1U);
  EXPECT_FALSE(std::filesystem::exists(leftover));
  EXPECT_EQ(TemporaryPictures(), 1U);
}

TEST_F(VerificationTest, FindsWhatTheStartWouldHaveTidied) {
  Open();
  const Entry gone = Publish(KeyOf("gone"), "0001", Jpeg(1000, 1));
  store.reset();
  std::filesystem::remove(FileOf(gone));
  const auto leftover = cache_dir / "tmp/picture-0123456789abcdef0123456789abcdef";
  WriteFile(leftover, "half a pic");
  MakeOld(leftover);
  options.tidy_at_start = false;
  Open();
  const VerifyReport report = Repair();
  EXPECT_EQ(report.Of(FindingKind::kMissingFile).repaired, 1U);
  EXPECT_EQ(report.Of(FindingKind::kLeftover).repaired, 1U);
}

TEST_F(VerificationTest, ChecksEntriesWithoutAHashByTheirFirstBytes) {
  std::filesystem::create_directories(cache_dir / "images/0001");
  const auto file = cache_dir / "images/0001/0001_abc123.jpg";
  WriteFile(file, Jpeg(1000));
  WriteFile(cache_dir / "manifest.json", R"({"version": "1.0", "last_updated": 1, "entries": {
    "https://s3.amazonaws.com/b/a.jpg": {"s3_url": "https://s3.amazonaws.com/b/a.jpg",
      "local_path": ".image-cache/images/0001/0001_abc123.jpg", "cached_at": 1,
      "size_bytes": 1000, "actor_id": "0001", "filename": "a.jpg", "etag": ""}}})");
  Open();
  EXPECT_EQ(Verify().left(), 0U);
  WriteFile(file, Jpeg(1000, 2));
  EXPECT_EQ(Verify().left(), 0U) << "nothing says which picture it was";
  WriteFile(file, std::string(1000, '\0'));
  EXPECT_EQ(Verify().Of(FindingKind::kWrongContent).found, 1U);
}

TEST_F(VerificationTest, RunsOneAtATimeAndCanBeCancelled) {
  Open();
  for (int i = 0; i < 20; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(1000, i));
  ASSERT_TRUE(store->verification().Start({.bytes_per_second = 1}));
  EXPECT_FALSE(store->verification().Start({}));
  EXPECT_EQ(Report().state, VerifyReport::State::kRunning);
  store->verification().Cancel();
  ASSERT_TRUE(Eventually([this] { return Report().state == VerifyReport::State::kCancelled; }));
  EXPECT_LT(Report().entries_checked, 20U);
  EXPECT_EQ(Verify().entries_checked, 20U);
}

// Gives no byte of any picture of some size.
class SickDisk final : public SystemFiles {
 public:
  ErrnoResult<std::size_t> ReadAt(int fd, std::span<char> buffer, std::uint64_t offset) override {
    const auto status = Stat(fd);
    if (status && status->st_size == sick_size) return tl::make_unexpected(error.load());
    return SystemFiles::ReadAt(fd, buffer, offset);
  }
  std::atomic<off_t> sick_size{0};
  std::atomic<int> error{EIO};
};

TEST_F(VerificationTest, DropsAnUnreadablePictureOnlyWhenOthersCanBeRead) {
  const auto disk = std::make_shared<SickDisk>();
  options.files = disk;
  Open();
  const Entry sick = Publish(KeyOf("sick"), "0001", Jpeg(1234));
  disk->sick_size = 1234;
  const VerifyReport alone = Repair();
  EXPECT_EQ(alone.unknown, 1U);
  EXPECT_EQ(alone.left(), 0U);
  EXPECT_TRUE(store->Find(KeyOf("sick")));

  Publish(KeyOf("sound"), "0001", Jpeg(1000));
  const VerifyReport report = Repair();
  EXPECT_THAT(report.Of(FindingKind::kUnreadable).examples, ElementsAre(sick.local_path));
  EXPECT_EQ(report.Of(FindingKind::kUnreadable).repaired, 1U);
  EXPECT_FALSE(store->Find(KeyOf("sick")));
}

TEST_F(VerificationTest, LosesNoPictureToALackOfMeans) {
  const auto disk = std::make_shared<SickDisk>();
  options.files = disk;
  Open();
  Publish(KeyOf("a"), "0001", Jpeg(1234));
  Publish(KeyOf("b"), "0001", Jpeg(1000));
  disk->sick_size = 1234;
  for (const int error : {EMFILE, ENFILE, ENOMEM, EACCES, ETIMEDOUT}) {
    disk->error = error;
    const VerifyReport report = Repair();
    EXPECT_EQ(report.unknown, 1U) << error;
    EXPECT_EQ(report.left(), 0U) << error;
    EXPECT_TRUE(store->Find(KeyOf("a"))) << error;
  }
}

TEST_F(VerificationTest, ScrubsRoundAfterRound) {
  options.scrub_bytes_per_second = 1ULL << 30;
  Open();
  EXPECT_TRUE(Eventually([this] { return store->Stats().scrub.rounds == 1; }));
  EXPECT_EQ(store->Stats().scrub.last_round_ended_ms, clock.NowMs());
}

TEST_F(VerificationTest, EndsWithTheStore) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(1000, i));
  ASSERT_TRUE(store->verification().Start({.bytes_per_second = 1}));
  store.reset();
}

TEST_F(VerificationTest, FindsNothingWhileTheStoreChanges) {
  Open();
  std::atomic<bool> ending = false;
  std::thread changing([&] {
    for (int i = 0; !ending; ++i) {
      const std::string name = std::to_string(i % 50);
      const std::string actor = "000" + std::to_string(i % 3);
      (void)TryPublish(KeyOf(name), actor, Jpeg(2000, i));
      if (i % 7 == 0) (void)Remove(KeyOf(std::to_string((i + 25) % 50)));
      if (i % 40 == 0) (void)ClearActor("0001");
    }
  });
  for (int round = 0; round < 20; ++round) {
    const VerifyReport report = Verify({.repair = round % 2 == 0});
    for (const Findings& findings : report.by_kind) EXPECT_THAT(findings.examples, IsEmpty());
  }
  ending = true;
  changing.join();
}

TEST_F(VerificationTest, FindsNothingOfAFolderThatWasRemoved) {
  Open();
  for (int i = 0; i < 5; ++i) Publish(KeyOf(std::to_string(i)), "0001", Jpeg(1000, i));
  RemoveAll(cache_dir);
  EXPECT_EQ(Repair().left(), 0U);
  Publish(KeyOf("new"), "0001", Jpeg(1000));
  EXPECT_EQ(Verify().entries_checked, 1U);
}

}  // namespace
}  // namespace image_cache::testing
