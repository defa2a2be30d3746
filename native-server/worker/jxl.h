// JPEGs as lossless JPEG XL, and back to the same bytes.
//
// Pure functions over libjxl, on the caller's thread alone. What they are given may be hostile:
// they run in the worker process only, whose limits bound what a picture can make libjxl take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shared/result.h"

namespace image_cache {

enum class JxlError {
  kNotSupported,  // a JPEG that libjxl cannot keep losslessly: CMYK, 12 bits, broken
  kBroken,        // no JPEG XL, or one that was not made from a JPEG
  kTooLarge,      // more bytes than the caller takes
};

using PictureBytes = std::vector<std::uint8_t>;

// Gives a JPEG XL of at most `max_bytes`. That it comes back byte for byte is for the caller to
// look at, with RestoreJpeg. Errors: kNotSupported, kTooLarge.
[[nodiscard]] Result<PictureBytes, JxlError> CompressJpeg(std::span<const std::uint8_t> jpeg,
                                                          std::size_t max_bytes);

// Gives the JPEG that the JPEG XL was made from, of at most `max_bytes`. Errors: kBroken,
// kTooLarge.
[[nodiscard]] Result<PictureBytes, JxlError> RestoreJpeg(std::span<const std::uint8_t> jxl,
                                                         std::size_t max_bytes);

}  // namespace image_cache
