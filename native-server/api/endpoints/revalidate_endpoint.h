// POST /api/cache/revalidate: asks the origins whether what is cached is still the newest, and
// downloads what is not.
#pragma once

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/task.h"
#include "native-server/services/revalidation/revalidation.h"

namespace image_cache {

// {actor_id?} → {checked, unchanged, updated, gone, failed}; no body, or one without actor_id,
// stands for all actors. Problems: invalid-json, invalid-request, invalid-actor-id,
// too-many-revalidations. What is referred to outlives the task.
Task<Response> AnswerRevalidate(const Request& request, Revalidation& revalidation);

}  // namespace image_cache
