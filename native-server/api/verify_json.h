// A comparison of entries and files as JSON (docs/http.md).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/store/verify/verify_report.h"

namespace image_cache {

[[nodiscard]] nlohmann::ordered_json ToJson(const VerifyReport& report);

}  // namespace image_cache
