// Which bucket and object a URL names, whichever of S3's URL forms it is written in.
//
//   s3://bucket/key
//   https://s3.amazonaws.com/bucket/key                    path style, global
//   https://s3.eu-west-1.amazonaws.com/bucket/key          path style, regional (also s3-REGION,
//   dualstack) https://bucket.s3.amazonaws.com/key                    virtual-host style, global
//   https://bucket.s3.eu-west-1.amazonaws.com/key          virtual-host style, regional
//   http://localhost:4569/bucket/key                       either style on the endpoint given
//
// AWS's forms also end in "amazonaws.com.cn" and are known on their default port only. Its website,
// access-point and VPC hosts are not bucket and key, so those URLs are ordinary ones. An s3:// URL
// is read as a URL: '?' begins its query and '%' an escape. Source: "Virtual hosting of general
// purpose buckets" and "Amazon S3 endpoints", AWS documentation.
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

// Reads `--s3-endpoint`. Errors: those of SplitUrl, and kInvalid when it has a path or a query, or
// is a bucket's host on AWS or a port that AWS does not serve S3 on.
[[nodiscard]] Result<S3Endpoint, UrlError> ParseS3Endpoint(std::string_view url);

struct S3Location {
  std::string bucket;
  std::string key;           // percent-encoded and normalised, without the leading '/'
  std::string region;        // as the host named it; empty when it named none
  bool on_endpoint = false;  // on the configured endpoint, which is not AWS
  std::string dns_suffix;    // "amazonaws.com", "amazonaws.com.cn", or empty on an endpoint
};

// Nothing when the URL is not an S3 object's in any of the forms above.
// `endpoint` may be null: then s3:// means AWS. An endpoint that is one of AWS's own hosts (a
// region's, dualstack) is AWS.
[[nodiscard]] std::optional<S3Location> ParseS3Location(const UrlParts& url,
                                                        const S3Endpoint* endpoint);

// True when scheme, host and port are S3's in any of the forms above, object or not: where this is
// so and ParseS3Location finds nothing, the URL names a bucket or the service itself.
[[nodiscard]] bool IsS3Url(const UrlParts& url, const S3Endpoint* endpoint);

}  // namespace image_cache
