// Which bucket and object a URL names, whichever of S3's URL forms it is written in.
//
//   s3://bucket/key
//   https://s3.amazonaws.com/bucket/key                    path style, global
//   https://s3.eu-west-1.amazonaws.com/bucket/key          path style, regional (also s3-REGION, dualstack)
//   https://bucket.s3.amazonaws.com/key                    virtual-host style, global
//   https://bucket.s3.eu-west-1.amazonaws.com/key          virtual-host style, regional
//   http://localhost:4569/bucket/key                       either style on the endpoint given
//
// Source: "Virtual hosting of general purpose buckets", Amazon S3 User Guide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/keys/url.h"

namespace image_cache {

// A server that speaks S3 and is not AWS (MinIO, Ceph, s3rver …), or none.
struct S3Endpoint {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case
  std::uint16_t port;  // never 0: the scheme's default when none was written

  // "http://localhost:4569": the port only when it is not the scheme's default.
  [[nodiscard]] std::string Origin() const;

  friend bool operator==(const S3Endpoint&, const S3Endpoint&) = default;
};

// Reads `--s3-endpoint`. Errors: those of SplitUrl, and kInvalid when it has a path or a query.
[[nodiscard]] Result<S3Endpoint, UrlError> ParseS3Endpoint(std::string_view url);

struct S3Location {
  std::string bucket;
  std::string key;     // percent-encoded and normalised, without the leading '/'
  std::string region;  // as the host named it; empty when it named none
  bool on_endpoint = false;  // on the configured endpoint (and so not on AWS)
  std::string dns_suffix;    // "amazonaws.com", "amazonaws.com.cn", or empty on an endpoint
};

// Nothing when the URL is not an S3 object's in any of the forms above.
// `endpoint` may be null: then s3:// means AWS.
[[nodiscard]] std::optional<S3Location> ParseS3Location(const UrlParts& url,
                                                        const S3Endpoint* endpoint);

}  // namespace image_cache
