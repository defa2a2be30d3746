// Whether a file is an SVG: an XML document whose root element is `svg`. Pure; reads untrusted
// bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace image_cache {

// How far the root element's start tag may reach into the file.
inline constexpr std::size_t kSvgLookAheadBytes = 4096;

enum class SvgAnswer { kNo, kYes, kNeedsMore };

// A byte order mark, an XML declaration, white space, comments and a DOCTYPE may stand before the
// root element, `svg` of the SVG namespace or of none. Not an SVG here: a page that merely contains
// one, UTF-16, another declared encoding than UTF-8, a DOCTYPE that declares entities, processing
// instructions (a stylesheet of those can be a program), and what is compressed.
[[nodiscard]] SvgAnswer SniffSvg(std::string_view head);

}  // namespace image_cache
