// GET /api/cache/stats[?history=minute|hour|day] and GET /api/cache/errors: what the cache does,
// has done lately, and what went wrong (docs/http.md).
#pragma once

#include "native-server/api/overview.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/services/monitoring/history_keeper.h"
#include "native-server/services/monitoring/recent_errors.h"

namespace image_cache {

// Problems: invalid-request for another history.
[[nodiscard]] Response AnswerStats(const Request& request, const OverviewSource& overview,
                                   HistoryKeeper& history);

// The failures of the disk up to now are among them: `health` is the store's.
[[nodiscard]] Response AnswerErrors(RecentErrors& errors, const StoreHealthReport& health);

}  // namespace image_cache
