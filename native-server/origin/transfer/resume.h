// Going on with a download that broke off: Range with If-Match. Pure.
//
// Never are the bytes of two objects mixed: the origin must say that it goes on with the very
// object that the first bytes are from (RFC 9110 §13.1.1, §14.2, §15.3.7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/origin/schedule/download.h"

namespace image_cache {

// True when a broken transfer whose answer had these headers can be gone on with: the ETag is
// strong, the length is known, and ranges are not refused.
[[nodiscard]] bool IsResumable(const OriginHead& head, std::string_view accept_ranges);

// The header lines that ask for what `download` lacks. REQUIRES: it has a resume_etag.
[[nodiscard]] std::vector<std::string> ResumeHeaders(const Download& download);

// True when a 206 with these headers holds exactly what `download` lacks. `etag` may be empty:
// If-Match has been passed already.
[[nodiscard]] bool Continues(const Download& download, std::string_view content_range,
                             std::string_view etag);

}  // namespace image_cache
