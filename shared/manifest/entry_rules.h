// The rules that an entry keeps, wherever it came from: a file, an answer of the server, the page.
#pragma once

#include <cstdint>

#include "shared/keys/cache_key.h"
#include "shared/manifest/entry.h"
#include "shared/result.h"

namespace image_cache {

// Numbers beyond this are not whole in every program that reads JSON (RFC 8259 §6).
inline constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;

enum class EntryError {
  kInvalidUrl,
  kInvalidLocalPath,
  kInvalidActorId,
  kInvalidEtag,    // a control character in it, which would end a header
  kInvalidSha256,  // neither empty nor 64 lower-case hex digits
  kOutOfRange,     // cached_at_ms or size_bytes is not within 0 … kMaxSafeInteger
};

// Brings the entry's URL to the cache key (an earlier system kept it as it was given) and checks
// the rest. An entry that is refused is left as it was.
[[nodiscard]] Result<void, EntryError> AdmitEntry(Entry& entry, const S3Addressing& addressing);

}  // namespace image_cache
