// Any text as a manifest: every entry that gets in keeps the rules, and what is written reads back
// equal.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/manifest/entry_rules.h"
#include "shared/manifest/manifest_json.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document =
      ParseManifestJson(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!document) return 0;
  const Manifest& manifest = document->manifest;
  std::size_t entries = 0;
  std::uint64_t size_bytes = 0;
  manifest.ForEach([&](EntryView entry) {
    Entry checked = entry.ToEntry();
    REQUIRE(AdmitEntry(checked, document->addressing));
    REQUIRE(checked == entry.ToEntry());
    REQUIRE(manifest.Find(entry.s3_url()) == entry);
    ++entries;
    size_bytes += entry.size_bytes();
  });
  REQUIRE((manifest.Totals() == ManifestTotals{entries, size_bytes}));

  const std::string text = WriteManifestJson(manifest, document->addressing, document->epoch);
  const auto again = ParseManifestJson(text);
  REQUIRE(again);
  REQUIRE(again->rejected.empty());
  REQUIRE(again->manifest.Totals() == manifest.Totals());
  REQUIRE(again->manifest.revision() == manifest.revision());
  REQUIRE(again->addressing.endpoint == document->addressing.endpoint);
  manifest.ForEach([&](EntryView entry) {
    const auto found = again->manifest.Find(entry.s3_url());
    REQUIRE(found);
    REQUIRE(found->ToEntry() == entry.ToEntry());
  });
  REQUIRE(WriteManifestJson(again->manifest, again->addressing, again->epoch) == text);
  return 0;
}
