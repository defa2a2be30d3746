#include "native-server/api/prefetch_endpoint.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/prefetch_body.h"
#include "native-server/api/prefetch_report.h"
#include "native-server/api/problem.h"
#include "native-server/http/await_callback.h"

namespace image_cache {

Task<Response> AnswerPrefetch(const Request& request, PrefetchService& prefetcher, Store& store,
                              Background& background) {
  auto parse = [&request] { return ParsePrefetchBody(request.body()); };
  Result<PrefetchBody, RequestError> body = co_await background.Run(parse);
  if (!body) co_return ToProblem(body.error());
  // High priority is what a page asks for when a person has opened the actor.
  if (body->order.priority == PrefetchPriority::kHigh) store.NoteOpened(body->order.actor_id);

  if (!body->wait) {
    const PrefetchJob job = prefetcher.Start(std::move(body->order));
    co_return JsonResponse(202, ToJson(job));
  }
  auto start = [&prefetcher, &body](auto done) {
    prefetcher.Run(std::move(body->order), std::move(done));
  };
  const PrefetchReport report = co_await AwaitCallback<PrefetchReport>(start);
  co_return JsonResponse(200, ToJson(report));
}

}  // namespace image_cache
