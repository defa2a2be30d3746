// A manifest that is too large to be kept in memory: manifest.json is its text, written row by row
// from a snapshot of the index.
//
// Used by ManifestTexts, one call at a time. Needs some hundred kilobytes of memory, whatever the
// size.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "native-server/base/unique_fd.h"
#include "native-server/store/folder/cache_folder.h"
#include "shared/keys/cache_key.h"
#include "shared/manifest/manifest_json_writer.h"

namespace image_cache {

struct LargeManifest {
  std::shared_ptr<const UniqueFd> file;  // good for as long as it is kept, also when replaced
  std::uint64_t size_bytes = 0;
  std::uint64_t revision = 0;
};

// Writes the newest revision and puts it in the place of manifest.json in one step. Errors: those
// of the index and of the folder, as kFull, kNotWritable or kIo; kIo as well when it is given up
// because `stopping` became true.
[[nodiscard]] Result<LargeManifest, StoreError> WriteLargeManifest(
    CacheFolder& folder, std::string_view epoch, const S3Addressing& addressing,
    const std::atomic<bool>& stopping);

// What the last run has written, when it has this head: then nothing has to be written after a
// clean stop. What does not even begin and end like a manifest is set aside.
[[nodiscard]] std::optional<LargeManifest> FindLargeManifest(CacheFolder& folder,
                                                             const ManifestHead& head,
                                                             const S3Addressing& addressing);

// Sets manifest.json aside when it neither begins nor ends like a manifest of ours. Two small
// reads.
void SetAsideIfForeign(CacheFolder& folder, std::int64_t now_ms);

}  // namespace image_cache
