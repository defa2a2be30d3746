// The size of a picture whose format says it at a fixed place in its first 32 bytes: PNG, GIF,
// WebP and BMP. Pure; reads untrusted bytes.
#pragma once

#include <string_view>

#include "native-server/contents/picture_size.h"

namespace image_cache {

// Of each, `head` begins with the format's signature, as SniffImageType has found.
[[nodiscard]] SizeReading ReadPngSize(std::string_view head);   // PNG §11.2.1; APNG has the same
[[nodiscard]] SizeReading ReadGifSize(std::string_view head);   // the screen: GIF89a §18
[[nodiscard]] SizeReading ReadWebpSize(std::string_view head);  // RFC 9649 §2.5–2.7
[[nodiscard]] SizeReading ReadBmpSize(std::string_view head);

}  // namespace image_cache
