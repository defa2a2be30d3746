// A URL split into its parts, and the percent-encoding rules that the cache key needs.
//
// Only http, https and s3 URLs are known here. Nothing is resolved and no dot segment is removed: an
// S3 object key may hold "..", and the URL that is fetched is never altered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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
  std::uint16_t port = 0;   // 0: not written
  std::string_view path;    // starts with '/', or is empty
  std::string_view query;   // without '?'; empty when absent
};

[[nodiscard]] Result<UrlParts, UrlError> SplitUrl(std::string_view url);

// RFC 3986 §6.2.2: escapes of unreserved characters are decoded, other escapes get upper-case
// digits, bytes that may not stand in a URL (space, non-ASCII) are escaped. Reserved characters stay
// as they are written: "+" and "%2B" may mean different objects.
// REQUIRES: every '%' in `text` is followed by two hexadecimal digits (SplitUrl checks that).
[[nodiscard]] std::string NormalizePercentEncoding(std::string_view text);

// Decodes every escape. REQUIRES: as NormalizePercentEncoding.
[[nodiscard]] std::string PercentDecode(std::string_view text);

[[nodiscard]] std::string ToLowerAscii(std::string_view text);

}  // namespace image_cache
