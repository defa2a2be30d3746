// What went wrong at an origin, as a code to act on and words for people. Pure.
//
// A detail names the host and the origin's own error code, and nothing else of what was sent or
// received: no URL, header, body or path.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "native-server/origin/downloader.h"

namespace image_cache {

// For an answer whose status is not 200. `body` is the beginning of the answer's body: S3 says in
// <Code> what it means (the code of many failures is 400). `host` as in the URL.
[[nodiscard]] Error<OriginError> FailureOfStatus(long status, std::string_view body,
                                                 std::string_view host);

// For a transfer that ended without a whole answer. `head_received`: the head of a 200 was there.
// REQUIRES: code is not CURLE_OK.
[[nodiscard]] Error<OriginError> FailureOfTransfer(CURLcode code, bool head_received,
                                                   std::string_view host);

// False for what another attempt will not change: a certificate, a lack of memory.
[[nodiscard]] bool MayPass(CURLcode code);

// "NoSuchKey" of S3's <Error><Code>NoSuchKey</Code>…; empty when there is none that is 1–64 letters
// and digits, three digits at most.
[[nodiscard]] std::string S3ErrorCode(std::string_view body);

}  // namespace image_cache
