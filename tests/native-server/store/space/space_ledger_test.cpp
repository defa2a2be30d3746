#include "native-server/store/space/space_ledger.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 50;
constexpr std::uint64_t kBlock = 4096;

TEST(SpaceLedgerTest, CountsWholeBlocks) {
  EXPECT_EQ(SpaceLedger::OnDisk(0), 0U);
  EXPECT_EQ(SpaceLedger::OnDisk(1), kBlock);
  EXPECT_EQ(SpaceLedger::OnDisk(kBlock), kBlock);
  EXPECT_EQ(SpaceLedger::OnDisk(kBlock + 1), 2 * kBlock);
}

TEST(SpaceLedgerTest, SaysHowMuchIsMissing) {
  SpaceLedger ledger(10 * kBlock, 0);
  EXPECT_EQ(ledger.TryReserve(8 * kBlock, kPlenty), 0U);
  EXPECT_EQ(ledger.TryReserve(5 * kBlock, kPlenty), 3 * kBlock);
  EXPECT_EQ(ledger.reserved_bytes(), 8 * kBlock) << "a refusal reserves nothing";
  ledger.Release(8 * kBlock);
  EXPECT_EQ(ledger.TryReserve(10 * kBlock, kPlenty), 0U);
}

TEST(SpaceLedgerTest, CountsWhatIsReservedAsNotYetWritten) {
  SpaceLedger ledger(kPlenty, 2 * kBlock);
  EXPECT_EQ(ledger.TryReserve(3 * kBlock, 10 * kBlock), 0U);
  EXPECT_EQ(ledger.TryReserve(5 * kBlock, 10 * kBlock), 0U);
  EXPECT_EQ(ledger.TryReserve(kBlock, 10 * kBlock), kBlock);
}

TEST(SpaceLedgerTest, TurnsAReservationIntoAFile) {
  SpaceLedger ledger(10 * kBlock, 0);
  ASSERT_EQ(ledger.TryReserve(5 * kBlock, kPlenty), 0U);
  ledger.Settle("a", 5 * kBlock, kBlock + 1);
  EXPECT_EQ(ledger.reserved_bytes(), 0U);
  EXPECT_EQ(ledger.used_bytes(), 2 * kBlock);
  ledger.RemoveFile("a", kBlock + 1);
  EXPECT_EQ(ledger.used_bytes(), 0U);
}

TEST(SpaceLedgerTest, ChoosesNeverOpenedThenLongestAgo) {
  SpaceLedger ledger(kPlenty, 0);
  for (const char* actor : {"a", "b", "c"}) ledger.AddFile(actor, 1);
  ledger.NoteOpened("a");
  EXPECT_EQ(ledger.NextVictim(1), "b");
  ledger.NoteOpened("b");
  EXPECT_EQ(ledger.NextVictim(1), "c");
  ledger.NoteOpened("c");
  ledger.NoteOpened("a");
  EXPECT_EQ(ledger.NextVictim(1), "b");
}

TEST(SpaceLedgerTest, RemembersAnOpeningBeforeTheFirstPicture) {
  SpaceLedger ledger(kPlenty, 0);
  ledger.NoteOpened("opened");
  ledger.AddFile("prefetched", 1);
  ledger.AddFile("opened", 1);
  EXPECT_EQ(ledger.NextVictim(1), "prefetched");
}

TEST(SpaceLedgerTest, SparesWhatIsBeingDownloaded) {
  SpaceLedger ledger(kPlenty, 0);
  ledger.AddFile("a", 1);
  ledger.AddFile("b", 1);
  ledger.BeginDownload("a");
  EXPECT_EQ(ledger.NextVictim(1), "b");
  EXPECT_EQ(ledger.NextVictim(2 * kBlock), std::nullopt) << "one block is all there is to gain";
  ledger.EndDownload("a");
  EXPECT_EQ(ledger.NextVictim(2 * kBlock), "a");
}

TEST(SpaceLedgerTest, ForgetsActorsThatAreOnlyNamed) {
  SpaceLedger ledger(kPlenty, 0);
  ledger.AddFile("kept", 1);
  for (int i = 0; i < 100'000; ++i) ledger.NoteOpened("visitor-" + std::to_string(i));
  EXPECT_LT(ledger.remembered_actors(), 10'000U);
  EXPECT_EQ(ledger.NextVictim(1), "kept");
}

}  // namespace
}  // namespace image_cache
