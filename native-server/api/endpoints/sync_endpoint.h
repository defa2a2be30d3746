// POST /api/cache/sync: brings what is cached of a bucket's folder in step with the bucket, once.
#pragma once

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/task.h"
#include "native-server/services/sync/sync_service.h"

namespace image_cache {

// {prefix: "s3://bucket/prefix/", actor_id?, dry_run?, delete?} → the report (sync_json.h), also of
// a listing that failed: it then is not complete and says why. Problems: invalid-json,
// invalid-request, invalid-actor-id, too-many-syncs. What is referred to outlives the task.
Task<Response> AnswerSync(const Request& request, SyncService& sync);

}  // namespace image_cache
