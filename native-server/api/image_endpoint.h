// GET and HEAD /api/cache/image?path=…: the picture's bytes, and GET /api/cache/exists?path=….
//
// The hit path: no JSON, no log line, one file opened. Thread-safe.
#pragma once

#include "native-server/http/request.h"
#include "native-server/http/response.h"
#include "native-server/services/statistics.h"
#include "native-server/store/store.h"

namespace image_cache {

// Answers 200, 206, 304; problems: invalid-path, invalid-request, not-cached,
// range-not-satisfiable, precondition-failed, storage-failed.
[[nodiscard]] Response AnswerImage(const Request& request, Store& store, Statistics& statistics);

// {"exists": true|false}; problems: invalid-path, invalid-request.
[[nodiscard]] Response AnswerExists(const Request& request, Store& store);

}  // namespace image_cache
