// From the URL that was asked for to the one that goes over the wire: s3:// resolved, judged by the
// policy, and read by libcurl as it is read here. Pure.
#pragma once

#include <string>
#include <string_view>

#include "native-server/origin/downloader.h"

namespace image_cache {

struct OriginUrl {
  std::string url;   // the one asked for, to the letter, unless a comment in the .cpp says why not
  std::string host;  // lower case; an IPv6 literal keeps its brackets
  std::string origin = {};  // scheme, host and port, as one server is told from another
};

// `region` is where s3:// buckets on AWS are looked for: the global host does not serve the buckets
// of every region. It is used when the policy allows that region's host, else the global
// one. Errors: kInvalidUrl; kNotAllowed.
[[nodiscard]] Result<OriginUrl, OriginError> ResolveOriginUrl(std::string_view url,
                                                              const S3Addressing& addressing,
                                                              std::string_view region,
                                                              const OriginPolicy& policy);

// The same for the bucket of the object that `url` names. The bucket may be asked when the object
// may. REQUIRES: the object's key is one unreserved character; it stands for any.
[[nodiscard]] Result<OriginUrl, OriginError> ResolveBucketUrl(std::string_view url,
                                                              const S3Addressing& addressing,
                                                              std::string_view region,
                                                              const OriginPolicy& policy);

}  // namespace image_cache
