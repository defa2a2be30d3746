// Any bytes as a compact snapshot: it is refused or looked up in, never read outside, and what is
// written of it is loaded and written again equal.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "shared/snapshot/snapshot_table.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

// With length and checksum as they should be, so that the rest is reached.
std::string Sealed(std::string bytes) {
  if (bytes.size() < SnapshotHeader::kBytes) bytes.resize(SnapshotHeader::kBytes);
  kSnapshotMagic.copy(bytes.data(), kSnapshotMagic.size());
  StoreNumber(bytes.data() + SnapshotHeader::kVersion, kSnapshotVersion);
  StoreNumber(bytes.data() + SnapshotHeader::kHeaderBytes,
              static_cast<std::uint32_t>(SnapshotHeader::kBytes));
  StoreNumber(bytes.data() + SnapshotHeader::kTotalBytes, static_cast<std::uint64_t>(bytes.size()));
  StoreNumber(bytes.data() + SnapshotHeader::kChecksum, SnapshotChecksum(bytes));
  return bytes;
}

void Check(std::string bytes) {
  auto table = SnapshotTable::Load(bytes);
  if (!table) return;
  const auto look = [&table] {
    for (const std::string_view key : {"https://s3.amazonaws.com/b/0", "b", ""}) {
      const auto found = table->Find(key);
      REQUIRE(!found || !found->actor_id.empty());
    }
    (void)table->ActorTotals("a");
    (void)table->HasPaths({".image-cache/images/a/a_0000000000000000.jpg", "x"});
  };
  look();
  table->RemoveActor("a");
  table->Put("https://s3.amazonaws.com/b/0", ".image-cache/images/a/a_0000000000000000.jpg", "a",
             5);
  table->Put("b", ".image-cache/images/b/b.jpg", "a", 5);
  table->Remove("b");
  look();
  const std::string written = table->Write();
  look();
  auto again = SnapshotTable::Load(written);
  REQUIRE(again);
  REQUIRE(again->Totals() == table->Totals());
  again->Put("c", ".image-cache/images/c/c.jpg", "c", 1);
  again->Remove("c");
  REQUIRE(again->Write() == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes);
  Check(Sealed(bytes));
  return 0;
}
