// image-cache verify without a server: on the folder itself.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/base/clock.h"
#include "native-server/cli/cache_access.h"
#include "native-server/cli/failure.h"
#include "native-server/cli/settings.h"
#include "shared/keys/cache_key.h"

namespace image_cache {

// Without repairing, the folder is only read: nothing in it is made, locked or changed. To repair,
// the store is opened, which takes the lock. A folder that does not exist is sound.
[[nodiscard]] Outcome<nlohmann::ordered_json> VerifyFolder(const Settings& settings,
                                                           const S3Addressing& addressing,
                                                           Clock& clock, const VerifyOrder& order,
                                                           const VerifyProgress& progress);

}  // namespace image_cache
