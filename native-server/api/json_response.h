// An answer whose body is JSON and which no cache keeps.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "native-server/http/message/response.h"

namespace image_cache {

// Strings with broken UTF-8 (a name that a client sent) are mended, not refused.
[[nodiscard]] Response JsonResponse(int status, const nlohmann::ordered_json& json);

}  // namespace image_cache
