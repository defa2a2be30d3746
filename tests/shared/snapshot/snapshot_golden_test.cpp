// The bytes of format version 1 (docs/snapshot.md). If this test changes, so does the version.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "shared/snapshot/snapshot_table.h"

namespace image_cache {
namespace {

// In hexadecimal digits. Between them is the directory: 257 numbers of 4 bytes.
constexpr std::string_view kGoldenHeader =
    "894943530d0a1a0a01000000700000002505000000000000a86df9bb3c32b6efeeffc000eeffc000"
    "2a0000000000000000d6eb9a92010000efcdab89674523011032547698badcfe8101050000000000"
    "0300000002000000080000000100000015000000080000003200000000000000";
constexpr std::string_view kGoldenSections =
    "ba1ebe05ca29ebff0000000000000001000011000000fc9ff9e05d0ce56755e4d32a9b0c1f000000"
    "b017500099fecfcce8208800000000000000000000000f0000000400000002000000800105000000"
    "000008000000010000000100000000000000687474703a2f2f6c6f63616c686f73743a3435363930"
    "30303130303032050000000000000028002e696d6167652d63616368652f696d616765732f303030"
    "312f303030315f6162633132332e6a7067";

SnapshotTable GoldenTable() {
  SnapshotTable table(
      {.epoch = 0x00c0ffee00c0ffee,
       .revision = 42,
       .last_updated_ms = 1729176000000,
       .seed = {.first = 0x0123456789abcdef, .second = 0xfedcba9876543210},
       .addressing = {.endpoint = S3Endpoint{"http", "localhost", 4569}, .path_style = true}});
  table.Put("http://localhost:4569/training/0001/image.jpg",
            ".image-cache/images/0001/0001_1f0c9b2ad3e45567.jpg", "0001", 328059);
  table.Put("http://localhost:4569/training/0002/image.png",
            ".image-cache/images/0002/0002_00000000000000ff.png", "0002", 1);
  table.Put("http://localhost:4569/training/0001/old.jpg",
            ".image-cache/images/0001/0001_abc123.jpg", "0001", 5);
  return table;
}

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

TEST(SnapshotGoldenTest, WritesTheseBytes) {
  SnapshotTable table = GoldenTable();
  const std::string& bytes = table.Write();
  constexpr std::size_t kDirectoryBytes = 257 * kDirectoryEntryBytes;
  ASSERT_GT(bytes.size(), SnapshotHeader::kBytes + kDirectoryBytes);
  EXPECT_EQ(Hex(bytes.substr(0, SnapshotHeader::kBytes)), kGoldenHeader);
  EXPECT_EQ(Hex(bytes.substr(SnapshotHeader::kBytes + kDirectoryBytes)), kGoldenSections);
}

TEST(SnapshotGoldenTest, ReadsThemBack) {
  const auto table = SnapshotTable::Load(GoldenTable().Write());
  ASSERT_TRUE(table);
  EXPECT_EQ(table->info().epoch, 0x00c0ffee00c0ffeeU);
  EXPECT_EQ(table->info().revision, 42U);
  EXPECT_EQ(table->info().last_updated_ms, 1729176000000);
  EXPECT_EQ(table->info().addressing.endpoint, (S3Endpoint{"http", "localhost", 4569}));
  EXPECT_TRUE(table->info().addressing.path_style);
  const auto old = table->Find("http://localhost:4569/training/0001/old.jpg");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->local_path, ".image-cache/images/0001/0001_abc123.jpg");
  EXPECT_EQ(table->ActorTotals("0001"), (ManifestTotals{2, 328064}));
}

TEST(SnapshotGoldenTest, RefusesEveryDamagedByte) {
  const std::string whole = GoldenTable().Write();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(SnapshotTable::Load(damaged)) << i;
    EXPECT_FALSE(SnapshotTable::Load(whole.substr(0, i))) << i;
  }
  EXPECT_FALSE(SnapshotTable::Load(whole + '\0'));
}

TEST(SnapshotGoldenTest, TellsANewerFormatFromADamagedOne) {
  std::string newer = GoldenTable().Write();
  newer[SnapshotHeader::kVersion] = 2;
  const auto refused = SnapshotTable::Load(newer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, SnapshotError::kNewerVersion);
}

// 25 pictures an actor, a million of them: docs/snapshot.md says 24 bytes an entry at the most.
TEST(SnapshotGoldenTest, TakesLessThan24BytesAnEntry) {
  SnapshotTable table;
  constexpr unsigned kEntries = 100'000;
  for (unsigned i = 0; i < kEntries; ++i) {
    const std::string actor = std::to_string(100'000 + i / 25);
    table.Put("k" + std::to_string(i),
              ".image-cache/images/" + actor + "/" + actor + "_0123456789abcdef.jpg", actor, 1);
  }
  EXPECT_LT(table.Write().size(), 24 * kEntries);
}

}  // namespace
}  // namespace image_cache
