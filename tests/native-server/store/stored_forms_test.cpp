// A picture that lies compressed on the disk, as the store sees it: one file in the place of
// another, whatever happens between and afterwards. What the bytes of the other form are is not its
// business.

#include <filesystem>
#include <future>

#include "native-server/store/verify/verification.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/store/store_fixture.h"

namespace image_cache::testing {
namespace {

constexpr std::size_t kOriginalBytes = 20'000;
constexpr std::size_t kCompressedBytes = 9'000;

class StoredFormsTest : public StoreTest {
 protected:
  StoredFormsTest() { options.keep_last_uses = true; }

  [[nodiscard]] Result<void, StoreError> Change(const Entry& entry, PictureForm form,
                                                const std::string& bytes) {
    auto image = store->BeginForm(entry, form, bytes.size());
    if (!image) return tl::make_unexpected(image.error());
    if (auto appended = (*image)->Append(bytes); !appended) return appended;
    return store->ChangeForm(entry, form, std::move(*image));
  }

  Entry PublishCompressed(const std::string& name = "a", const std::string& actor = "0001") {
    Entry entry = Publish(KeyOf(name), actor, original);
    const auto changed = Change(entry, PictureForm::kCompressed, compressed);
    EXPECT_TRUE(changed) << changed.error().detail;
    AwaitUnlinking();
    return entry;
  }

  [[nodiscard]] std::filesystem::path CompressedFileOf(const Entry& entry) const {
    return FileOf(entry).string() + ".jxl";
  }

  // Which of the two files are there, original first.
  [[nodiscard]] std::pair<bool, bool> Files(const Entry& entry) const {
    return {std::filesystem::exists(FileOf(entry)),
            std::filesystem::exists(CompressedFileOf(entry))};
  }

  [[nodiscard]] VerifyReport Verify(bool repair = false) {
    EXPECT_TRUE(store->verification().Start({.repair = repair}));
    EXPECT_TRUE(Eventually(
        [this] { return store->verification().Report()->state != VerifyReport::State::kRunning; }));
    return *store->verification().Report();
  }

  const std::string original = Jpeg(kOriginalBytes);
  const std::string compressed = Jpeg(kCompressedBytes, 1);
};

TEST_F(StoredFormsTest, OneFileTakesThePlaceOfTheOtherAndTheEntryStaysTheSame) {
  Open();
  const Entry entry = PublishCompressed();
  EXPECT_EQ(Files(entry), std::pair(false, true));
  EXPECT_EQ(store->Find(entry.s3_url), entry);
  EXPECT_EQ(Serve(entry.local_path), compressed);
  EXPECT_TRUE(OpenImage(entry.local_path)->is_compressed);
  EXPECT_EQ(store->Stats().compressed.original_bytes, kOriginalBytes);
  EXPECT_EQ(store->Stats().compressed.stored_bytes, kCompressedBytes);
  EXPECT_EQ(store->Stats().totals.size_bytes, kOriginalBytes);

  ASSERT_TRUE(Change(entry, PictureForm::kOriginal, original));
  AwaitUnlinking();
  EXPECT_EQ(Files(entry), std::pair(true, false));
  EXPECT_EQ(Serve(entry.local_path), original);
  EXPECT_FALSE(OpenImage(entry.local_path)->is_compressed);
  EXPECT_EQ(store->Stats().compressed.entries, 0U);
}

TEST_F(StoredFormsTest, TheSpaceThatIsCountedIsThatOfTheFile) {
  Open();
  const Entry entry = Publish(KeyOf("a"), "0001", original);
  const std::uint64_t before = store->Stats().space.used_bytes;
  ASSERT_TRUE(Change(entry, PictureForm::kCompressed, compressed));
  AwaitUnlinking();
  // In blocks: five became three.
  EXPECT_EQ(store->Stats().space.used_bytes, before - 2 * 4096);
  Reopen();
  EXPECT_EQ(store->Stats().space.used_bytes, before - 2 * 4096);
  ASSERT_TRUE(Remove(entry.s3_url));
  AwaitUnlinking();
  EXPECT_EQ(Files(entry), std::pair(false, false));
  const std::uint64_t empty = store->Stats().space.used_bytes;
  EXPECT_LT(empty, before - 4 * 4096);
  (void)PublishCompressed();
  EXPECT_TRUE(ClearAll());
  AwaitUnlinking();
  EXPECT_EQ(store->Stats().space.used_bytes, empty);
}

TEST_F(StoredFormsTest, OtherBytesThanTheOriginalsAreRefused) {
  Open();
  const Entry entry = PublishCompressed();
  EXPECT_EQ(Change(entry, PictureForm::kOriginal, Jpeg(kOriginalBytes, 2)).error().code,
            StoreError::kNotAPicture);
  EXPECT_EQ(Files(entry), std::pair(false, true));
  EXPECT_EQ(TemporaryPictures(), 0U);
}

TEST_F(StoredFormsTest, AnEntryThatHasChangedOrHasThatFormIsLeftAlone) {
  Open();
  const Entry entry = PublishCompressed();
  EXPECT_EQ(Change(entry, PictureForm::kCompressed, compressed).error().code,
            StoreError::kNotFound);
  Entry other = entry;
  other.etag = "\"another\"";
  EXPECT_EQ(Change(other, PictureForm::kOriginal, original).error().code, StoreError::kNotFound);
  EXPECT_EQ(Files(entry), std::pair(false, true));
}

TEST_F(StoredFormsTest, NobodyIsEvictedForACompressedForm) {
  options.max_size_bytes = LimitFor(2 * 5 * 4096, 3, 3);
  Open();
  const Entry kept = Publish(KeyOf("b"), "0002", original);
  const Entry entry = Publish(KeyOf("a"), "0001", original);
  EXPECT_EQ(Change(entry, PictureForm::kCompressed, Jpeg(3 * kOriginalBytes, 3)).error().code,
            StoreError::kFull);
  EXPECT_EQ(Serve(kept.local_path), original);
}

TEST_F(StoredFormsTest, TheSameContentPublishedAgainIsTheOriginal) {
  Open();
  const Entry entry = PublishCompressed();
  EXPECT_EQ(Publish(KeyOf("a"), "0001", original).local_path, entry.local_path);
  AwaitUnlinking();
  EXPECT_EQ(Files(entry), std::pair(true, false));
  EXPECT_EQ(Serve(entry.local_path), original);
  EXPECT_EQ(store->Stats().compressed.entries, 0U);
}

TEST_F(StoredFormsTest, AStartRemovesTheFileThatACrashHasLeft) {
  Open();
  const Entry first = PublishCompressed("a");
  const Entry second = Publish(KeyOf("b"), "0001", Jpeg(kOriginalBytes, 5));
  store.reset();
  WriteFile(FileOf(first), original);               // before it was unlinked
  WriteFile(CompressedFileOf(second), compressed);  // before the index said so
  Open();
  AwaitUnlinking();
  EXPECT_EQ(Files(first), std::pair(false, true));
  EXPECT_EQ(Files(second), std::pair(true, false));
  EXPECT_EQ(Serve(first.local_path), compressed);
  EXPECT_EQ(Verify().left(), 0U);
}

TEST_F(StoredFormsTest, VerifyComparesTheFileThatIsThere) {
  Open();
  const Entry entry = PublishCompressed();
  EXPECT_EQ(Verify().left(), 0U);
  EXPECT_EQ(Verify().entries_checked, 1U);
  std::string damaged = compressed;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  WriteFile(CompressedFileOf(entry), damaged);
  EXPECT_EQ(Verify().Of(FindingKind::kWrongContent).found, 1U);
  EXPECT_EQ(Verify(/*repair=*/true).left(), 0U);
  EXPECT_FALSE(store->Find(entry.s3_url));
  AwaitUnlinking();
  EXPECT_EQ(Files(entry), std::pair(false, false));
}

TEST_F(StoredFormsTest, AFileThatIsGoneIsNoticedWhenItIsOpened) {
  Open();
  const Entry entry = PublishCompressed();
  std::filesystem::remove(CompressedFileOf(entry));
  EXPECT_EQ(OpenImage(entry.local_path).error().code, StoreError::kNotFound);
  EXPECT_TRUE(Eventually([&] { return !store->Find(entry.s3_url); }));
}

TEST_F(StoredFormsTest, ColdIsWhatNobodyHasOpenedSinceAndWasStoredBefore) {
  Open();
  const Entry cold = Publish(KeyOf("a"), "cold", original);
  (void)Publish(KeyOf("b"), "open", Jpeg(kOriginalBytes, 5));
  clock.Advance(10'000);
  store->NoteOpened("open");
  clock.Advance(10'000);
  const Entry young = Publish(KeyOf("c"), "cold", Jpeg(kOriginalBytes, 6));
  const std::int64_t since_ms = clock.NowMs() - 5'000;
  EXPECT_EQ(store->ColdActors(since_ms), std::vector<std::string>{"cold"});
  EXPECT_EQ(store->ColdJpegs("cold", since_ms), std::vector<Entry>{cold});
  EXPECT_TRUE(store->ColdJpegs("open", since_ms).empty());
  ASSERT_TRUE(Change(cold, PictureForm::kCompressed, compressed));
  EXPECT_TRUE(store->ColdJpegs("cold", since_ms).empty());
  // Over restarts, too, though it is another run that counts.
  Reopen();
  clock.Advance(10'000);
  EXPECT_EQ(store->ColdJpegs("cold", clock.NowMs() - 5'000), std::vector<Entry>{young});
}

}  // namespace
}  // namespace image_cache::testing
