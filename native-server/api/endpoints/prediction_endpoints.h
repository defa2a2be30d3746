// GET /api/cache/predictions: who is probably opened next, and why.
// POST /api/cache/predictions/forget: as if nobody had opened anything.
#pragma once

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/services/usage/usage_service.h"

namespace image_cache {

[[nodiscard]] Response AnswerPredictions(const Request& request, const UsageService& usage);
[[nodiscard]] Response AnswerForgetPredictions(UsageService& usage);

}  // namespace image_cache
