// The name of a picture for people, where the caller gave none.
#pragma once

#include <string>
#include <string_view>

namespace image_cache {

// Whether it can be shown to people, and written as JSON: UTF-8 without control characters.
[[nodiscard]] bool IsReadableName(std::string_view name);

// The last segment of the URL's path, decoded when that makes a readable name; empty when the URL
// is none.
[[nodiscard]] std::string NameFromUrl(const std::string& s3_url);

}  // namespace image_cache
