// The subcommands and their options, as CLI11 knows them. What they mean is told by their help
// texts.
#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "native-server/cli/settings.h"

namespace image_cache {

// `settings` is filled by the parse and outlives the app. Every option of a subcommand may also be
// given by environment and config file, which is not CLI11's work here: see option_layers.h.
[[nodiscard]] std::unique_ptr<CLI::App> MakeApp(Settings& settings);

// An option that is not a setting and has no value in environment or file: --help, FILE, --config.
[[nodiscard]] bool IsLayered(const CLI::Option& option);

}  // namespace image_cache
