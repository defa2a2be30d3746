// POST /api/cache/prefetch: fetches the pictures of one actor into the cache.
#pragma once

#include "native-server/api/background.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "native-server/store/store.h"

namespace image_cache {

// Answers 200 with the report when all is done, or 202 with a job id at once (`wait: false`);
// problems: invalid-json, invalid-request, invalid-actor-id, too-many-images, too-many-jobs.
// What is referred to outlives the task.
Task<Response> AnswerPrefetch(const Request& request, PrefetchService& prefetcher,
                              PrefetchJobs& jobs, Store& store, Background& background);

}  // namespace image_cache
