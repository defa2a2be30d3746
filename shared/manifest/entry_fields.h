// An Entry whose texts lie elsewhere: what one is put into the manifest from, without seven strings
// made first (a row of the index, an Entry, a line of a file).
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/manifest/entry.h"

namespace image_cache {

struct EntryFields {
  std::string_view s3_url;
  std::string_view local_path;
  std::string_view actor_id;
  std::string_view filename;
  std::string_view etag;
  std::string_view sha256;
  std::int64_t cached_at_ms = 0;
  std::uint64_t size_bytes = 0;

  // Valid as long as the entry is.
  [[nodiscard]] static EntryFields Of(const Entry& entry) {
    return {.s3_url = entry.s3_url,
            .local_path = entry.local_path,
            .actor_id = entry.actor_id,
            .filename = entry.filename,
            .etag = entry.etag,
            .sha256 = entry.sha256,
            .cached_at_ms = entry.cached_at_ms,
            .size_bytes = entry.size_bytes};
  }
};

}  // namespace image_cache
