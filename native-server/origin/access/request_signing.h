// Which requests are signed, and with what. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/origin/access/credentials.h"
#include "shared/keys/cache_key.h"

namespace image_cache {

// True when the query carries a signature of its own: SigV4 (X-Amz-Signature), SigV2 (Signature
// with AWSAccessKeyId) or CloudFront's (Signature with Key-Pair-Id). Such a URL is fetched as it
// is.
[[nodiscard]] bool IsPresigned(std::string_view query);

// The header lines ("Name: value") that sign a GET of `url`; none when it is presigned, when there
// are no credentials, or when it is not an S3 object's or bucket's URL on AWS over https or on the
// endpoint: no other host is ever shown what a key has signed. REQUIRES: `url` is what goes over
// the wire.
[[nodiscard]] std::vector<std::string> SigningHeaders(std::string_view url,
                                                      const S3Addressing& addressing,
                                                      CredentialsProvider& credentials,
                                                      std::int64_t now_ms);

}  // namespace image_cache
