// image-cache stats, verify, clear, warm and sync: each works with a running server and without
// one; and replay, which needs neither server nor cache.
#pragma once

#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"

namespace image_cache {

// Print to stdout; warm and verify draw their progress on stderr.
[[nodiscard]] Outcome<void> PrintStats(const Settings& settings);
// Fails when something is left that is wrong.
[[nodiscard]] Outcome<void> VerifyCache(const Settings& settings);
[[nodiscard]] Outcome<void> ClearCache(const Settings& settings);
// Fails when a picture could not be cached; the others are.
[[nodiscard]] Outcome<void> WarmCache(const Settings& settings);
// Fails when the cache is not in step with the bucket then.
[[nodiscard]] Outcome<void> SyncFolder(const Settings& settings);
[[nodiscard]] Outcome<void> ReplayTrace(const Settings& settings);
// The manual and the shells' completions, for the build.
[[nodiscard]] Outcome<void> PrintGenerated(const Settings& settings);

}  // namespace image_cache
