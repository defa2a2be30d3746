// The options of --sync, of `image-cache sync`, and of the warming at the start.
#pragma once

#include <CLI/App.hpp>

#include "native-server/cli/settings.h"

namespace image_cache {

// To serve: which folders are kept in step, and how often.
void AddSyncSchedule(CLI::App& serve, Settings& settings);
// To serve: what is fetched once it is ready.
void AddWarmingAtStart(CLI::App& serve, Settings& settings);
// The subcommand, without what it shares with others.
[[nodiscard]] CLI::App& AddSync(CLI::App& root, Settings& settings);

}  // namespace image_cache
