// image-cache serve: builds every part of the server, hands each what it needs, and runs until the
// process is told to stop; SIGHUP reloads the configuration.
#pragma once

#include "native-server/cli/failure.h"
#include "native-server/cli/option_layers.h"
#include "native-server/cli/reload.h"

namespace image_cache {

// Returns after the drain. Fails before anything is served. `read_again` is what a reload asks.
[[nodiscard]] Outcome<void> Serve(const CommandLine& command, ReadConfiguration read_again);

}  // namespace image_cache
