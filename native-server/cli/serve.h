// image-cache serve: builds every part of the server, hands each what it needs, and runs until the
// process is told to stop.
#pragma once

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"

namespace image_cache {

// Returns after the drain. Fails before anything is served.
[[nodiscard]] Outcome<void> Serve(const Settings& settings);

}  // namespace image_cache
