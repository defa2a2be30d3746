// Taking over what an earlier system left: a manifest.json and its pictures, but no index of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/verify/file_check.h"
#include "shared/keys/cache_key.h"
#include "shared/manifest/manifest_json.h"

namespace image_cache {

// What the manifest names and is not taken over, with the reason of the first few.
struct NotAdopted {
  static constexpr std::size_t kNamed = 5;

  std::uint64_t count = 0;
  std::vector<std::string> examples;  // kNamed at most

  void Add(std::string what);
};

struct Adoption {
  // Their files are there, with the size that is written and a picture's first bytes. Whether they
  // have the hash that is written is for who serves them to find out.
  std::vector<Entry> entries;
  NotAdopted not_adopted;
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

// Reads manifest.json. A broken one is set aside and nothing is adopted; entries that cannot be
// taken over are logged and left out. The files are not touched.
[[nodiscard]] Adoption AdoptManifest(CacheFolder& folder, const S3Addressing& addressing,
                                     std::int64_t now_ms);

// The same of what was read already. Nothing is changed or logged.
[[nodiscard]] Adoption Adopt(const ManifestDocument& document, const FolderView& folder,
                             const S3Addressing& addressing);

// Larger ones are looked at behind the start, before they are replaced: see ManifestFile.
inline constexpr std::size_t kMaxManifestBytesReadAtStart = 16 << 20;

// Only looks whether manifest.json can be read, as a manifest and at all, and sets it aside if not.
void SetAsideIfBroken(CacheFolder& folder, std::int64_t now_ms);

}  // namespace image_cache
