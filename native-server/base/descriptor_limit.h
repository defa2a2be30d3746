// How many descriptors the process may have open.
#pragma once

#include <cstddef>

namespace image_cache {

// Raises the limit as far as the process may, which on most systems is far beyond the 1,024 it
// begins with, and returns it. Call it once, at start.
[[nodiscard]] std::size_t RaiseDescriptorLimit();

}  // namespace image_cache
