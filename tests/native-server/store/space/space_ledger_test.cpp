#include "native-server/store/space/space_ledger.h"

#include <gtest/gtest.h>

namespace image_cache {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 50;
constexpr std::uint64_t kBlock = 4096;
const FreeSpace kAllFree;

// What an empty cache of this limit takes already.
std::uint64_t Base(std::uint64_t max_size_bytes) {
  return Housekeeping(max_size_bytes).Bytes(0, 0);
}

// A limit with room for so many blocks beside the housekeeping of nothing.
SpaceLimits WithRoomFor(std::uint64_t blocks) {
  return {.max_size_bytes = Base(0) + blocks * kBlock};
}

MissingSpace OverLimit(std::uint64_t bytes) { return {.over_limit_bytes = bytes}; }

TEST(SpaceLedgerTest, CountsWholeBlocks) {
  EXPECT_EQ(SpaceLedger::OnDisk(0), 0U);
  EXPECT_EQ(SpaceLedger::OnDisk(1), kBlock);
  EXPECT_EQ(SpaceLedger::OnDisk(kBlock), kBlock);
  EXPECT_EQ(SpaceLedger::OnDisk(kBlock + 1), 2 * kBlock);
}

TEST(SpaceLedgerTest, SaysHowMuchIsMissing) {
  // 21 actors are remembered at that size, whose state counts, too.
  const std::uint64_t limit = 400'000;
  const std::uint64_t room = limit - Base(limit);
  SpaceLedger ledger({.max_size_bytes = limit}, 1);
  EXPECT_TRUE(ledger.TryReserve(room - kBlock, kAllFree).IsNone());
  EXPECT_EQ(ledger.TryReserve(5 * kBlock, kAllFree).over_limit_bytes, 4 * kBlock);
  EXPECT_EQ(ledger.reserved_bytes(), room - kBlock) << "a refusal reserves nothing";
  ledger.Release(room - kBlock);
  EXPECT_TRUE(ledger.TryReserve(room, kAllFree).IsNone());
}

TEST(SpaceLedgerTest, CountsWhatIsReservedAsNotYetWritten) {
  SpaceLedger ledger({.max_size_bytes = kPlenty, .min_free_bytes = 2 * kBlock}, 1);
  const FreeSpace ten{.bytes = 10 * kBlock};
  EXPECT_TRUE(ledger.TryReserve(3 * kBlock, ten).IsNone());
  EXPECT_TRUE(ledger.TryReserve(5 * kBlock, ten).IsNone());
  EXPECT_EQ(ledger.TryReserve(kBlock, ten).under_free_bytes, kBlock);
}

TEST(SpaceLedgerTest, ReservesAnInodeForEachFileAndFolder) {
  SpaceLedger ledger({.max_size_bytes = kPlenty, .min_free_inodes = 10}, 1);
  const FreeSpace fourteen{.inodes = 14};
  ledger.BeginDownload("a");
  EXPECT_TRUE(ledger.TryReserve(1, fourteen).IsNone());
  ledger.BeginDownload("b");
  EXPECT_TRUE(ledger.TryReserve(1, fourteen).IsNone());
  ledger.BeginDownload("c");
  EXPECT_EQ(ledger.TryReserve(1, fourteen).under_free_inodes, 2U);
  ledger.EndDownload("a");
  EXPECT_TRUE(ledger.TryReserve(1, fourteen).IsNone());
}

TEST(SpaceLedgerTest, ReservesWhatAPictureNeedsBesidesItsBytes) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  ledger.BeginDownload("a");
  const std::uint64_t reserved = ledger.reserved_bytes();
  const std::uint64_t used = ledger.used_bytes();
  ASSERT_TRUE(ledger.TryReserve(kBlock, kAllFree).IsNone());
  ledger.Settle("a", kBlock, kBlock);
  ledger.EndDownload("a");
  EXPECT_EQ(ledger.reserved_bytes(), 0U);
  EXPECT_GT(ledger.used_bytes(), used + kBlock);
  EXPECT_LE(ledger.used_bytes() - used - kBlock, reserved);
}

TEST(SpaceLedgerTest, TurnsAReservationIntoAFile) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  const std::uint64_t empty = ledger.used_bytes();
  ASSERT_TRUE(ledger.TryReserve(5 * kBlock, kAllFree).IsNone());
  ledger.Settle("a", 5 * kBlock, kBlock + 1);
  EXPECT_EQ(ledger.reserved_bytes(), 0U);
  EXPECT_EQ(ledger.used_bytes() - ledger.housekeeping_bytes(), 2 * kBlock);
  EXPECT_EQ(ledger.BytesOf("a"), 2 * kBlock);
  ledger.RemoveFile("a", kBlock + 1);
  EXPECT_EQ(ledger.used_bytes(), empty);
}

TEST(SpaceLedgerTest, ChoosesWhoIsOpenedLeast) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  std::int64_t now_ms = 0;
  for (const char* actor : {"a", "b", "c", "a", "b", "a", "d"}) {
    ledger.NoteAccess(actor, now_ms += 5'000);
  }
  for (const char* actor : {"a", "b", "c", "d"}) ledger.AddFile(actor, 1);
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {}), "c");
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {"c"}), "b");
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {"b", "c"}), "a");
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {"a", "b", "c"}), std::nullopt) << "d is open";
}

TEST(SpaceLedgerTest, CountsOneOpeningForAPageOfPictures) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  for (int picture = 0; picture < 25; ++picture) ledger.NoteAccess("a", 10 * picture);
  EXPECT_EQ(ledger.policy().openings(), 1U);
}

TEST(SpaceLedgerTest, RemembersAnOpeningBeforeTheFirstPicture) {
  SpaceLedger ledger(WithRoomFor(100), 1);
  ledger.NoteAccess("opened", 0);
  ledger.NoteAccess("open", 5'000);
  ledger.AddFile("prefetched", 20 * kBlock);
  ledger.AddFile("opened", 1);
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {}), "prefetched");
}

TEST(SpaceLedgerTest, SparesWhatIsBeingDownloaded) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  ledger.AddFile("a", 100 * kBlock);
  ledger.AddFile("b", kBlock);
  ledger.BeginDownload("a");
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {}), "b");
  EXPECT_EQ(ledger.NextVictim(OverLimit(20 * kBlock), {}), std::nullopt)
      << "one block and its housekeeping is all there is to gain";
  ledger.EndDownload("a");
  EXPECT_EQ(ledger.NextVictim(OverLimit(20 * kBlock), {}), "a");
}

TEST(SpaceLedgerTest, ForgetsActorsThatAreOnlyNamed) {
  SpaceLedger ledger({.max_size_bytes = 64 << 20}, 1);
  ledger.AddFile("kept", 1);
  for (int i = 0; i < 100'000; ++i) {
    ledger.NoteAccess("visitor-" + std::to_string(i), 5'000LL * i);
  }
  EXPECT_EQ(ledger.policy().remembered_actors(), Housekeeping::RememberedActors(64 << 20));
  EXPECT_EQ(ledger.NextVictim(OverLimit(1), {}), "kept");
}

TEST(SpaceLedgerTest, CountsTheLargerOfWhatIsExpectedAndWhatIsThere) {
  SpaceLedger ledger({.max_size_bytes = kPlenty}, 1);
  const std::uint64_t expected = ledger.housekeeping_bytes();
  ledger.NoteHousekeeping({.index_bytes = kBlock, .log_bytes = kBlock, .manifest_bytes = kBlock});
  EXPECT_EQ(ledger.housekeeping_bytes(), expected);
  ledger.NoteHousekeeping({.index_bytes = 0, .log_bytes = 0, .manifest_bytes = 10 << 20});
  EXPECT_GT(ledger.housekeeping_bytes(), 20U << 20) << "it is there twice while it is rewritten";
}

}  // namespace
}  // namespace image_cache
