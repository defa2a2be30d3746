#include "native-server/origin/transfer/resume.h"

#include "shared/ascii.h"
#include "shared/keys/url.h"

namespace image_cache {

bool IsResumable(const OriginHead& head, std::string_view accept_ranges) {
  return head.content_length.has_value() && head.etag.size() > 2 && head.etag.front() == '"' &&
         head.etag.back() == '"' && ToLowerAscii(accept_ranges) != "none";
}

std::vector<std::string> ResumeHeaders(const Download& download) {
  return {"Range: bytes=" + std::to_string(download.received_bytes) + "-",
          "If-Match: " + download.resume_etag};
}

bool Continues(const Download& download, std::string_view content_range, std::string_view etag) {
  if (!etag.empty() && etag != download.resume_etag) return false;
  const std::string expected = "bytes " + std::to_string(download.received_bytes) + '-' +
                               std::to_string(download.length_bytes - 1) + '/' +
                               std::to_string(download.length_bytes);
  return ToLowerAscii(content_range) == expected;
}

}  // namespace image_cache
