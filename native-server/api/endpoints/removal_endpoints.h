// POST /api/cache/invalidate, /clear/:actorId and /clear-all: what is cached, and what is just
// being fetched, is forgotten.
#pragma once

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/task.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/usage/usage_service.h"
#include "native-server/store/store.h"

namespace image_cache {

// {"removed": true|false}; problems: invalid-json, invalid-request, invalid-url, url-too-long,
// storage-failed. What is referred to outlives the task; so it does below.
Task<Response> AnswerInvalidate(const Request& request, FetchService& fetcher, Store& store,
                                const S3Addressing& addressing);

// {"removed": N, "bytes_freed": B}; problems: invalid-actor-id, storage-failed.
Task<Response> AnswerClearActor(const Request& request, FetchService& fetcher, UsageService& usage,
                                Store& store);

// {"removed": N, "bytes_freed": B}; problems: storage-failed.
Task<Response> AnswerClearAll(FetchService& fetcher, UsageService& usage, Store& store);

}  // namespace image_cache
