// What --warm and --warm-last ask for, read and checked when the server starts.
#pragma once

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"
#include "native-server/services/warming/start_warming.h"

namespace image_cache {

// Fails with what is wrong with which --warm. REQUIRES: the folders of --sync were checked as
// options.
[[nodiscard]] Outcome<WarmingPlan> MakeWarmingPlan(const Settings& settings);

}  // namespace image_cache
