// The manifest's text in pieces, for who writes a large one without having it whole in memory: the
// head, the entries in the order of their keys, kManifestEnd. WriteManifestJson puts the same
// pieces together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/keys/cache_key.h"
#include "shared/manifest/entry_fields.h"

namespace image_cache {

// What is written before the entries.
struct ManifestHead {
  std::string_view epoch;
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

// Each appends to `text`. About a microsecond an entry: no tree is built.
void AppendManifestHead(std::string& text, const ManifestHead& head,
                        const S3Addressing& addressing);
void AppendManifestEntry(std::string& text, const EntryFields& entry, bool is_first);

inline constexpr std::string_view kManifestEnd = "}}";

}  // namespace image_cache
