// The cache key: one string for one object, however its URL is written or signed.
//
// The key is itself a URL. For an S3 object it is the path-style one
// ("https://s3.amazonaws.com/training/0001/image.jpg", or the same on the configured endpoint), so
// path style, virtual-host style, every region's host and s3:// fall together: bucket names are
// unique within an AWS partition. (Those of China and of GovCloud have names of their own, so their
// keys begin with "https://s3.amazonaws.com.cn/" and "https://s3.us-gov-west-1.amazonaws.com/".)
// For any other URL it is that URL with the host in lower case and default port and fragment
// dropped. In both, the percent-encoding is normalised and the query loses what only signs the
// request or shapes the response; versionId and all other parameters stay, in their order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/keys/s3_location.h"
#include "shared/keys/url.h"

namespace image_cache {

// How S3 addresses are understood here. The server tells the page both in the manifest, so that
// they make the same keys and ask at the same place.
struct S3Addressing {
  std::optional<S3Endpoint> endpoint;
  // An s3:// URL is asked for as /bucket/key, never on a host named after the bucket. No key
  // depends on it.
  bool path_style = false;
};

// Idempotent: MakeCacheKey(*MakeCacheKey(url)) is *MakeCacheKey(url).
// Errors: those of SplitUrl, kTooLong for the key as well; kInvalid for an S3 URL without an
// object.
[[nodiscard]] Result<std::string, UrlError> MakeCacheKey(std::string_view url,
                                                         const S3Addressing& addressing);

// True for a query parameter that only signs the request or shapes the response: X-Amz-*,
// AWSAccessKeyId, Signature, Expires, x-id, response-*, Key-Pair-Id, Policy (CloudFront's).
// X-Amz-* in any case, as S3 takes it; the others as they are documented, so that the `expires` or
// `signature` of some other origin is not taken for one.
// REQUIRES: `name` is percent-decoded.
[[nodiscard]] bool IsSigningParameter(std::string_view name);

// What a program asks for: an s3:// URL becomes the https (or endpoint) URL of the object; every
// other URL is returned unchanged, to the letter. As with AWS's own tools that is the virtual-host
// style one, whose name on AWS resolves to the bucket's own region without a redirect, and the
// path-style one
//   - when `path_style` is set;
//   - for a bucket that a host name or the service's certificate has no place for (upper case, '_'
//     or a dot in it);
//   - on an endpoint that has no names below it: an address, localhost, a name without a dot.
// Errors: those of SplitUrl; kInvalid for an s3:// URL without an object.
[[nodiscard]] Result<std::string, UrlError> FetchUrl(std::string_view url,
                                                     const S3Addressing& addressing);

}  // namespace image_cache
