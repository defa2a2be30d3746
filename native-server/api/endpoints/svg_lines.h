// The header lines that an SVG is served with, on every answer that may become a document.
#pragma once

#include <string_view>

namespace image_cache {

// An SVG that is opened as a page of its own could run scripts with the rights of this server's
// origin, which may change the cache. With these lines it has an origin of its own, loads nothing
// and runs nothing; in an <img> it looks as it would without them.
inline constexpr std::string_view kSvgLines =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\r\n";

}  // namespace image_cache
