// GET and DELETE /api/cache/jobs/:id: how a prefetch in the background stands, and its end.
#pragma once

#include "native-server/api/background.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/services/prefetch/prefetch_jobs.h"

namespace image_cache {

// The job as JSON (see prefetch_report.h), with its results once it has ended; problem:
// no-such-job. What is referred to outlives the task; so it does below.
Task<Response> AnswerJob(const Request& request, PrefetchJobs& jobs, Background& background);

// Cancels what has not ended, and answers with the job as it ended. One that had ended before is
// answered as it is, so that a repeated DELETE does no harm. Problem: no-such-job.
Task<Response> AnswerCancelJob(const Request& request, PrefetchJobs& jobs, Background& background);

}  // namespace image_cache
