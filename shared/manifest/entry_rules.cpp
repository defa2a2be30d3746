#include "shared/manifest/entry_rules.h"

#include <algorithm>

#include "shared/ascii.h"
#include "shared/paths/actor_id.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

bool IsSha256(std::string_view text) {
  constexpr std::size_t kHexDigits = 64;
  return text.size() == kHexDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return IsAsciiDigit(c) || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

Result<void, EntryError> AdmitEntry(Entry& entry, const S3Addressing& addressing) {
  Result<std::string, UrlError> key = MakeCacheKey(entry.s3_url, addressing);
  if (!key) return Fail(EntryError::kInvalidUrl, key.error().detail);
  if (!LocalPath::Parse(entry.local_path)) {
    return Fail(EntryError::kInvalidLocalPath, "its local_path is not valid");
  }
  if (!IsValidActorId(entry.actor_id)) {
    return Fail(EntryError::kInvalidActorId, "its actor_id is not valid");
  }
  if (std::any_of(entry.etag.begin(), entry.etag.end(), IsAsciiControl)) {
    return Fail(EntryError::kInvalidEtag, "its etag holds a control character");
  }
  if (!entry.sha256.empty() && !IsSha256(entry.sha256)) {
    return Fail(EntryError::kInvalidSha256, "its sha256 is not 64 hex digits");
  }
  if (entry.cached_at_ms < 0 || entry.cached_at_ms > kMaxSafeInteger ||
      entry.size_bytes > static_cast<std::uint64_t>(kMaxSafeInteger)) {
    return Fail(EntryError::kOutOfRange, "its cached_at or size_bytes is out of range");
  }
  entry.s3_url = std::move(*key);
  return {};
}

}  // namespace image_cache
