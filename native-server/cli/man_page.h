// The manual, image-cache(1), in mdoc(7).
#pragma once

#include <cstdint>
#include <string>

#include "native-server/cli/description.h"

namespace image_cache {

// `at_s`: the date that it shows, in seconds since the epoch.
[[nodiscard]] std::string ManPage(const ProgramDescription& program, std::int64_t at_s);

}  // namespace image_cache
