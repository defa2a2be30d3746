// The cache key: one string for one object, however its URL is written or signed.
//
// The key is itself a URL. For an S3 object it is the path-style one
// ("https://s3.amazonaws.com/training/0001/image.jpg", or the same on the configured endpoint), so
// path style, virtual-host style, every region's host and s3:// fall together: bucket names are
// unique within AWS's partition. For any other URL it is that URL with the host in lower case and
// default port and fragment dropped. In both, the percent-encoding is normalised and the query loses
// what only signs the request or shapes the response; versionId and all other parameters stay, in
// their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/keys/s3_location.h"
#include "shared/keys/url.h"

namespace image_cache {

// How S3 addresses are understood here. The server tells the page its endpoint in the manifest, so
// both make the same keys.
struct S3Addressing {
  std::optional<S3Endpoint> endpoint;
};

// Idempotent: MakeCacheKey(*MakeCacheKey(url)) is *MakeCacheKey(url).
// Errors: those of SplitUrl; kInvalid for an S3 URL without an object.
[[nodiscard]] Result<std::string, UrlError> MakeCacheKey(std::string_view url,
                                                         const S3Addressing& addressing);

// True for a query parameter that only signs the request or shapes the response: X-Amz-*,
// AWSAccessKeyId, Signature, Expires, x-id, response-*, Key-Pair-Id, Policy (CloudFront's).
// `name` is compared without regard to case where S3 does so.
[[nodiscard]] bool IsSigningParameter(std::string_view name);

// What a program asks for: an s3:// URL becomes the https (or endpoint) URL of the object; every
// other URL is returned unchanged, to the letter.
// Errors: those of SplitUrl; kInvalid for an s3:// URL without an object.
[[nodiscard]] Result<std::string, UrlError> FetchUrl(std::string_view url,
                                                     const S3Addressing& addressing);

}  // namespace image_cache
