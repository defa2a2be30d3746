// The size of a picture in a file of boxes (ISO/IEC 14496-12): AVIF, and JPEG XL in its container.
// Pure; reads untrusted bytes.
#pragma once

#include <string_view>

#include "native-server/contents/picture_size.h"

namespace image_cache {

// The largest of the sizes that the properties of its items name (`ispe`); a grid's is among them.
[[nodiscard]] SizeReading ReadAvifSize(std::string_view head);
// That of the code stream, which may be cut in parts: its first is enough.
[[nodiscard]] SizeReading ReadBoxedJxlSize(std::string_view head);

}  // namespace image_cache
