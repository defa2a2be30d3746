// A URL split into its parts.
//
// Only http, https and s3 URLs are known here. Nothing is resolved and no dot segment is removed:
// an S3 object key may hold "..", and the URL that is fetched is never altered. A host is an IPv6
// literal or labels of A-Z a-z 0-9 _ -: one that is written with escapes, spaces, backslashes or
// beyond ASCII is refused, because programs disagree about which host that is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/keys/percent_encoding.h"
#include "shared/result.h"

namespace image_cache {

enum class UrlError {
  kTooLong,            // over kMaxUrlBytes
  kInvalid,            // no scheme, no host, a control character, a bad port, a broken escape
  kUnsupportedScheme,  // not http, https or s3
  kHasCredentials,     // user:password@ before the host
};

// The contract's limit for every URL, in bytes.
inline constexpr std::size_t kMaxUrlBytes = 8 * 1024;

// Views into the string that was split; the caller keeps that string alive.
struct UrlParts {
  std::string_view scheme;  // as written, any case
  std::string_view host;    // as written; an IPv6 literal keeps its brackets
  std::uint16_t port = 0;   // 0: not written; never written in an s3 URL
  std::string_view path;    // starts with '/', or is empty
  std::string_view query;   // without '?'; empty when absent
};

[[nodiscard]] Result<UrlParts, UrlError> SplitUrl(std::string_view url);

// "EXAMPLE.com." → "example.com": lower case, and the dot of a fully qualified name dropped.
[[nodiscard]] std::string NormalizeHost(std::string_view host);

[[nodiscard]] std::string ToLowerAscii(std::string_view text);

}  // namespace image_cache
