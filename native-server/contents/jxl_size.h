// The size of a JPEG XL code stream (ISO/IEC 18181-1 §D.1, "SizeHeader"), which is written in bits.
// Pure; reads untrusted bytes.
#pragma once

#include <string_view>

#include "native-server/contents/picture_size.h"

namespace image_cache {

// `head` begins with the code stream's own signature, FF 0A, or it is unknown.
[[nodiscard]] SizeReading ReadJxlSize(std::string_view head);

}  // namespace image_cache
