// The name of a picture for people, where the caller gave none.
#pragma once

#include <string>

namespace image_cache {

// The last segment of the URL's path, decoded when that makes readable text (UTF-8 without control
// characters); empty when the URL is none.
[[nodiscard]] std::string NameFromUrl(const std::string& s3_url);

}  // namespace image_cache
