#include "native-server/api/endpoints/job_endpoints.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "native-server/api/endpoints/prefetch_report.h"
#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"

namespace image_cache {
namespace {

using Status = std::optional<JobStatus>;

Response ToResponse(const Status& job) {
  if (!job) return MakeProblem(kNoSuchJobProblem, "It may have ended long ago and be forgotten.");
  return JsonResponse(200, ToJson(*job));
}

}  // namespace

// Up to 10,000 results become text, and as many downloads are cancelled: too much for an event
// loop.

Task<Response> AnswerJob(const Request& request, PrefetchJobs& jobs, Background& background) {
  auto answer = [&jobs, job_id = request.path_parameter()] {
    return ToResponse(jobs.Find(job_id));
  };
  co_return co_await background.Run(answer);
}

Task<Response> AnswerCancelJob(const Request& request, PrefetchJobs& jobs, Background& background) {
  auto start = [&jobs, job_id = request.path_parameter()](auto done) {
    jobs.Cancel(job_id, std::move(done));
  };
  const Status job = co_await background.AwaitStarted<Status>(start);
  co_return co_await background.Run([&job] { return ToResponse(job); });
}

}  // namespace image_cache
