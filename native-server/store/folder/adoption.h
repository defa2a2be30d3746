// Taking over what an earlier system left: a manifest.json and its pictures, but no index of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "shared/keys/cache_key.h"
#include "shared/manifest/manifest.h"

namespace image_cache {

struct Adoption {
  std::vector<Entry> entries;  // their files are there, with the size that is written
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

// Reads manifest.json. A broken one is set aside and nothing is adopted; entries that cannot be
// taken over are logged and left out. The files are not touched.
[[nodiscard]] Adoption AdoptManifest(CacheFolder& folder, const S3Addressing& addressing,
                                     std::int64_t now_ms);

// Larger ones are looked at behind the start, before they are replaced: see ManifestFile.
inline constexpr std::size_t kMaxManifestBytesReadAtStart = 16 << 20;

// Only looks whether manifest.json can be read, as a manifest and at all, and sets it aside if not.
void SetAsideIfBroken(CacheFolder& folder, std::int64_t now_ms);

}  // namespace image_cache
