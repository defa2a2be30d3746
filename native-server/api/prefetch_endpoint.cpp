#include "native-server/api/prefetch_endpoint.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/prefetch_body.h"
#include "native-server/api/prefetch_report.h"
#include "native-server/api/problem.h"

namespace image_cache {

Task<Response> AnswerPrefetch(const Request& request, PrefetchService& prefetcher, Store& store,
                              Background& background) {
  // Up to 10,000 URLs are read, judged and looked up: too much for an event loop.
  auto parse = [&request] { return ParsePrefetchBody(request.body()); };
  Result<PrefetchBody, RequestError> body = co_await background.Run(parse);
  if (!body) co_return ToProblem(body.error());
  // High priority is what a page asks for when a person has opened the actor.
  if (body->order.priority == PrefetchPriority::kHigh) store.NoteOpened(body->order.actor_id);

  if (!body->wait) {
    co_return co_await background.Run([&prefetcher, &body] {
      return JsonResponse(202, ToJson(prefetcher.Start(std::move(body->order))));
    });
  }
  auto start = [&prefetcher, &body](auto done) {
    prefetcher.Run(std::move(body->order), std::move(done));
  };
  const auto report = co_await background.AwaitStarted<PrefetchReport>(start);
  co_return co_await background.Run([&report] { return JsonResponse(200, ToJson(report)); });
}

}  // namespace image_cache
