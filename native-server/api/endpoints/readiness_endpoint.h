// GET /readyz: whether requests are to be sent here, for a load balancer and for who looks after
// it.
#pragma once

#include "native-server/http/message/response.h"
#include "native-server/store/health/health_report.h"

namespace image_cache {

// 200 as long as anything is served, with the store's state and the reason for it; 503 when the
// store is off.
[[nodiscard]] Response AnswerReadiness(const StoreHealthReport& health);

}  // namespace image_cache
