// Compresses a text that is sent often and changes seldom.
#pragma once

#include <string>
#include <string_view>

#include "native-server/http/message/content_encoding.h"

namespace image_cache {

// REQUIRES: encoding is not kIdentity. Levels that take about 10 ms a megabyte. Throws
// std::runtime_error when the library fails, which is out of memory.
[[nodiscard]] std::string Compress(std::string_view text, ContentEncoding encoding);

}  // namespace image_cache
