// Verification of smaller pictures: the damaged and the ones that nobody keeps, in a store that
// works and in a folder that nobody has.

#include <filesystem>

#include "native-server/store/smaller/smaller_pictures.h"
#include "native-server/store/verify/folder_subject.h"
#include "native-server/store/verify/verification.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

using ::testing::ElementsAre;

class VerifySmallerTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    Open();
    const Entry entry = Publish(KeyOf("a"), "0001", Jpeg(5000));
    original = LocalPath::Parse(entry.local_path).value();
    Keep(64, Jpeg(2000, 64));
    Keep(128, Jpeg(2000, 128));
  }

  void Keep(int width, const std::string& content) {
    ASSERT_TRUE(store->smaller().Keep(
        {.original = *original, .width = width, .type = ImageType::kJpeg}, content));
  }
  [[nodiscard]] std::string Place(int width) const {
    const SmallerName name{.original = *original,
                           .width = width,
                           .type = ImageType::kJpeg,
                           .content_hash = SmallerContentHash(Jpeg(2000, width))};
    return SmallerFolderOf("0001") + "/" + name.FileName();
  }
  [[nodiscard]] bool IsKept(int width) {
    return store->smaller().Open(*original, width).has_value();
  }

  VerifyReport Compare(bool repair) {
    EXPECT_TRUE(store->verification().Start({.repair = repair}));
    EXPECT_TRUE(Eventually(
        [this] { return store->verification().Report()->state != VerifyReport::State::kRunning; }));
    return *store->verification().Report();
  }

  std::optional<LocalPath> original;
};

TEST_F(VerifySmallerTest, FindsSoundOnesSound) {
  const VerifyReport report = Compare(/*repair=*/false);
  EXPECT_EQ(report.left(), 0U);
  EXPECT_EQ(report.foreign + report.unknown, 0U);
  EXPECT_EQ(report.entries_checked, 1U) << "a smaller picture is no entry";
}

TEST_F(VerifySmallerTest, RemovesTheDamagedAndThatAlone) {
  WriteFile(cache_dir / Place(64), Jpeg(2000, 65));  // whole, and another picture
  const VerifyReport seen = Compare(/*repair=*/false);
  EXPECT_THAT(seen.Of(FindingKind::kSmaller).examples, ElementsAre(Place(64)));
  EXPECT_EQ(seen.left(), 1U);
  EXPECT_TRUE(IsKept(64)) << "looking changed something";

  const std::uint64_t bytes = store->Stats().smaller.bytes;
  const VerifyReport report = Compare(/*repair=*/true);
  EXPECT_EQ(report.Of(FindingKind::kSmaller).repaired, 1U);
  EXPECT_EQ(report.left(), 0U);
  EXPECT_FALSE(std::filesystem::exists(cache_dir / Place(64)));
  EXPECT_FALSE(IsKept(64));
  EXPECT_TRUE(IsKept(128));
  EXPECT_EQ(store->Stats().smaller.bytes, bytes / 2) << "its space is still counted";
  EXPECT_TRUE(store->Find(KeyOf("a"))) << "the picture itself was dropped";
}

TEST_F(VerifySmallerTest, RemovesWhatIsCut) {
  std::filesystem::resize_file(cache_dir / Place(64), 1000);
  EXPECT_EQ(Compare(/*repair=*/true).Of(FindingKind::kSmaller).repaired, 1U);
  EXPECT_FALSE(std::filesystem::exists(cache_dir / Place(64)));
}

TEST_F(VerifySmallerTest, RemovesWhatNobodyKeeps) {
  const std::string name = "0002_0123456789abcdef.jpg.w64.0123456789abcdef.jpg";
  const auto orphan = cache_dir / "smaller/0002" / name;
  const auto foreign = cache_dir / "smaller/0001/holiday.jpg";
  std::filesystem::create_directories(orphan.parent_path());
  WriteFile(orphan, Jpeg(2000));
  WriteFile(foreign, Jpeg(2000));
  EXPECT_THAT(Compare(/*repair=*/false).Of(FindingKind::kOrphan).examples,
              ElementsAre("smaller/0002/" + name));
  const VerifyReport report = Compare(/*repair=*/true);
  EXPECT_EQ(report.Of(FindingKind::kOrphan).repaired, 1U);
  EXPECT_EQ(report.foreign, 1U);
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_TRUE(std::filesystem::exists(foreign));
  EXPECT_TRUE(IsKept(64));
}

TEST_F(VerifySmallerTest, AreLookedAtInAFolderThatNobodyHas) {
  store.reset();
  WriteFile(cache_dir / Place(128), Jpeg(2000, 1));
  const auto orphan = cache_dir / "smaller/0001/0001_0123456789abcdef.jpg.w64.0123456789abcdef.jpg";
  WriteFile(orphan, Jpeg(2000));
  const auto subject = FolderSubject::Open(cache_dir, options.addressing);
  ASSERT_TRUE(subject);
  Verifier verifier(**subject, {.repair = true});  // which it cannot
  verifier.Run();
  const VerifyReport report = verifier.Report();
  EXPECT_THAT(report.Of(FindingKind::kSmaller).examples, ElementsAre(Place(128)));
  EXPECT_EQ(report.Of(FindingKind::kOrphan).found, 1U);
  EXPECT_EQ(report.left(), 2U);
  EXPECT_TRUE(std::filesystem::exists(orphan));
}

TEST_F(VerifySmallerTest, NothingIsFoundWhileTheyComeAndGo) {
  std::atomic<bool> ending = false;
  std::thread changing([&] {
    for (int i = 0; !ending; ++i) {
      (void)store->smaller().Keep(
          {.original = *original, .width = 16 + i % 40, .type = ImageType::kJpeg},
          Jpeg(2000, i % 7));
      if (i % 11 == 0) store->smaller().Forget(original->text());
    }
  });
  for (int round = 0; round < 20; ++round) {
    const VerifyReport report = Compare(/*repair=*/round % 2 == 0);
    for (const Findings& findings : report.by_kind) {
      EXPECT_THAT(findings.examples, ::testing::IsEmpty());
    }
  }
  ending = true;
  changing.join();
}

}  // namespace
}  // namespace image_cache::testing
