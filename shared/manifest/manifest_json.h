// The manifest as JSON, version "1.0" (contract, section 3), in and out.
//
// Written beside the contract's fields, only when they say something: `epoch` (what the revisions
// are counted in: another epoch is another count), `revision` (when not 0), `s3_endpoint` (when one
// is configured, so that the page makes the same cache keys) with `s3_path_style` (when true, so
// that it asks there for the same URLs) and, in an entry, `sha256`. What is read and written again
// without a change is equal as JSON. Unknown fields are ignored, and so is a `last_updated`,
// `epoch`, `revision`, `s3_endpoint` or `s3_path_style` that makes no sense.
//
// The text may come from anywhere: it is read as a stream of events (no tree is built, so its depth
// costs nothing) and every field's type and range is checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/keys/cache_key.h"
#include "shared/manifest/manifest.h"
#include "shared/result.h"

namespace image_cache {

enum class ManifestError {
  kNotJson,             // not JSON, or not an object
  kUnsupportedVersion,  // `version` is not "1.0"
  kInvalid,             // `entries` is missing or not an object
};

struct ManifestDocument {
  Manifest manifest;
  S3Addressing addressing;
  std::string epoch;  // 16 hex digits in lower case, or empty
  // An entry that breaks a rule (see entry_rules.h; a missing or mistyped field is one, except that
  // `filename`, `etag` and `sha256` may be missing or null) is left out and named here, its URL
  // without the query; it does not spoil the others. Of two that have one cache key the newer
  // stays.
  std::vector<std::string> rejected;
};

[[nodiscard]] Result<ManifestDocument, ManifestError> ParseManifestJson(std::string_view json);

// Entries in the order of their keys, so equal manifests give equal text. Bytes that are not UTF-8
// (an origin's etag may hold them) are written as U+FFFD. With `actor_id`, only that actor's
// entries.
[[nodiscard]] std::string WriteManifestJson(const Manifest& manifest,
                                            const S3Addressing& addressing,
                                            std::string_view epoch = {},
                                            std::optional<std::string_view> actor_id = {});

}  // namespace image_cache
