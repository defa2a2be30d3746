// AWS Signature Version 4 for S3 GET requests, by the Authorization header. Pure but for OpenSSL's
// hashes.
//
// libcurl's own CURLOPT_AWS_SIGV4 was measured and does not do in Debian 12's 7.88: it signs the
// path and the query as they are written, where S3 signs the decoded and freshly encoded key and
// the sorted parameters. "a(1).jpg", "a+b.jpg", "?x=1&a=2" and "?acl" were all refused. Source:
// "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "native-server/origin/access/credentials.h"

namespace image_cache {

// The payload hash of a request whose body is not signed; a GET has none to protect.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// What a '+' in the path means. AWS reads a blank there, as in a form; the others the character.
enum class PlusInPath { kPlus, kBlank };

struct SigV4Request {
  std::string_view path;   // as it goes over the wire, escapes included; '/' when empty
  std::string_view query;  // as it goes over the wire, without '?'
  // Every header that is signed, names in lower case: "host", "x-amz-date" (see AmzDate) and
  // "x-amz-content-sha256" at least, "x-amz-security-token" when there is one.
  std::map<std::string, std::string> headers;
  PlusInPath plus_in_path = PlusInPath::kPlus;
};

enum class SlashInText { kLiteral, kEscaped };

// UriEncode() of the S3 documentation: everything but A-Z a-z 0-9 - . _ ~ is escaped.
[[nodiscard]] std::string UriEncode(std::string_view text, SlashInText slash);

// "20130524T000000Z". `now_ms` counts from the Unix epoch.
[[nodiscard]] std::string AmzDate(std::int64_t now_ms);

// Exposed for tests: the text whose hash is signed.
// REQUIRES: every '%' in path and query is followed by two hexadecimal digits (SplitUrl checks
// that).
[[nodiscard]] std::string CanonicalRequest(const SigV4Request& request);

// The value of the Authorization header. REQUIRES: as CanonicalRequest.
[[nodiscard]] std::string SigV4Authorization(const SigV4Request& request,
                                             const Credentials& credentials,
                                             std::string_view region);

}  // namespace image_cache
