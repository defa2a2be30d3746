#include "native-server/api/endpoints/prefetch_endpoint.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/endpoints/prefetch_body.h"
#include "native-server/api/endpoints/prefetch_report.h"
#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"

namespace image_cache {
namespace {

Response StartJob(PrefetchOrder order, PrefetchJobs& jobs, Background& background) {
  const auto job = jobs.Accept(std::move(order));
  if (!job) return ToProblem(job.error());
  // Looking up up to 10,000 pictures takes longer than the client should wait for the id.
  background.Post([&jobs, job_id = job->job_id] { jobs.Begin(job_id); });
  return JsonResponse(202, ToJson(*job));
}

}  // namespace

Task<Response> AnswerPrefetch(const Request& request, PrefetchService& prefetcher,
                              PrefetchJobs& jobs, Store& store, Background& background) {
  // Up to 10,000 URLs are read, judged and looked up: too much for an event loop.
  auto parse = [&request] { return ParsePrefetchBody(request.body()); };
  Result<PrefetchBody, RequestError> body = co_await background.Run(parse);
  if (!body) co_return ToProblem(body.error());
  // High priority is what a page asks for when a person has opened the actor.
  if (body->order.priority == PrefetchPriority::kHigh) store.NoteOpened(body->order.actor_id);

  if (!body->wait) {
    co_return co_await background.Run(
        [&] { return StartJob(std::move(body->order), jobs, background); });
  }
  auto start = [&prefetcher, &body](auto done) {
    prefetcher.Run(std::move(body->order), std::move(done));
  };
  const auto report = co_await background.AwaitStarted<PrefetchReport>(start);
  co_return co_await background.Run([&report] { return JsonResponse(200, ToJson(report)); });
}

}  // namespace image_cache
