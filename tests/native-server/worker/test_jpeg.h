// JPEGs that a decoder takes, made by libjpeg.
#pragma once

#include "native-server/worker/jxl.h"

namespace image_cache::testing {

// A gradient with noise of so many levels on it; the same every time.
[[nodiscard]] PictureBytes NoisyJpeg(unsigned width, unsigned height, unsigned noise = 24);

}  // namespace image_cache::testing
