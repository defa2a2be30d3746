// GET /api/cache/events: a WebSocket that tells what happens. docs/events.md has the messages.
#pragma once

#include "native-server/api/events/event_hub.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// Problems: upgrade-required, invalid-request. A page of any site may open a WebSocket and read it,
// without a preflight: REQUIRES: MayAsk has said yes.
[[nodiscard]] Response AnswerEvents(const Request& request, EventHub& hub);

}  // namespace image_cache
