#include "native-server/api/routes.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "native-server/api/endpoints/downloads_endpoint.h"
#include "native-server/api/endpoints/events_endpoint.h"
#include "native-server/api/endpoints/image_endpoint.h"
#include "native-server/api/endpoints/job_endpoints.h"
#include "native-server/api/endpoints/manifest_endpoint.h"
#include "native-server/api/endpoints/prediction_endpoints.h"
#include "native-server/api/endpoints/prefetch_endpoint.h"
#include "native-server/api/endpoints/read_through_endpoint.h"
#include "native-server/api/endpoints/readiness_endpoint.h"
#include "native-server/api/endpoints/removal_endpoints.h"
#include "native-server/api/endpoints/revalidate_endpoint.h"
#include "native-server/api/endpoints/stats_endpoint.h"
#include "native-server/api/endpoints/sync_endpoint.h"
#include "native-server/api/endpoints/verify_endpoint.h"
#include "native-server/api/json_response.h"
#include "native-server/api/metrics/metrics.h"
#include "native-server/api/problem.h"

namespace image_cache {
namespace {

void AddReading(Router& router, const ApiParts& parts) {
  const ReadThroughParts read_through{.store = parts.store,
                                      .images = parts.images,
                                      .fetcher = parts.fetcher,
                                      .statistics = parts.statistics,
                                      .access = parts.access,
                                      .server_timing = parts.server_timing};
  // What a page may show is the browser's to judge (Cross-Origin-Resource-Policy), and who may ask
  // by URL the read-through's.
  router.Get(
      "/api/cache/image",
      [&images = parts.images, read_through](const Request& request) -> Answer {
        if (IsReadThrough(request)) return AnswerReadThrough(request, read_through);
        return images.Answer(request);
      },
      Readers::kAnyPage);
  router.Get("/api/cache/exists", [&store = parts.store](const Request& request) {
    return AnswerExists(request, store);
  });
  auto manifest = std::make_shared<ManifestEndpoint>(parts.store, parts.background);
  router.Get("/api/cache/manifest",
             [manifest](const Request& request) { return manifest->Answer(request); });
}

void AddChanging(Router& router, const ApiParts& parts) {
  router.Post("/api/cache/prefetch", [parts](const Request& request) {
    return AnswerPrefetch(request, parts.prefetcher, parts.jobs, parts.store, parts.background);
  });
  router.Get("/api/cache/jobs/:id", [parts](const Request& request) {
    return AnswerJob(request, parts.jobs, parts.background);
  });
  router.Delete("/api/cache/jobs/:id", [parts](const Request& request) {
    return AnswerCancelJob(request, parts.jobs, parts.background);
  });
  router.Post("/api/cache/revalidate", [parts](const Request& request) {
    return AnswerRevalidate(request, parts.revalidation);
  });
  router.Post("/api/cache/sync",
              [parts](const Request& request) { return AnswerSync(request, parts.sync); });
  router.Post("/api/cache/invalidate", [parts](const Request& request) {
    return AnswerInvalidate(request, parts.fetcher, parts.store, parts.addressing);
  });
  router.Post("/api/cache/clear/:actorId", [parts](const Request& request) {
    return AnswerClearActor(request, parts.fetcher, parts.usage, parts.store);
  });
  router.Post("/api/cache/clear-all", [parts](const Request&) {
    return AnswerClearAll(parts.fetcher, parts.usage, parts.store);
  });
}

void AddPredicting(Router& router, UsageService& usage) {
  router.Get("/api/cache/predictions",
             [&usage](const Request& request) { return AnswerPredictions(request, usage); });
  router.Post("/api/cache/predictions/forget",
              [&usage](const Request&) { return AnswerForgetPredictions(usage); });
}

void AddVerifying(Router& router, Verification& verification) {
  router.Post("/api/cache/verify", [&verification](const Request& request) {
    return AnswerStartVerification(request, verification);
  });
  router.Get("/api/cache/verify",
             [&verification](const Request&) { return AnswerVerification(verification); });
  router.Delete("/api/cache/verify",
                [&verification](const Request&) { return AnswerCancelVerification(verification); });
}

void AddWatching(Router& router, const ApiParts& parts) {
  router.Get("/api/cache/stats",
             [&overview = parts.overview, &history = parts.history](const Request& request) {
               return AnswerStats(request, overview, history);
             });
  router.Get("/api/cache/errors", [&errors = parts.errors, &store = parts.store](const Request&) {
    return AnswerErrors(errors, store.Health());
  });
  router.Get("/api/cache/downloads", [&downloader = parts.downloader](const Request&) {
    return AnswerDownloads(downloader, SystemClock().NowMs());
  });
  router.Get("/api/cache/events", [&events = parts.events](const Request& request) {
    return AnswerEvents(request, events);
  });
  router.Get("/metrics", [&overview = parts.overview, &server = parts.server,
                          &images = parts.images, &events = parts.events](const Request&) {
    return TextResponse(
        200, kMetricsContentType,
        WriteMetrics(overview.Read(), server.Stats(), images.Stats(), events.Stats()));
  });
  router.Get("/healthz", [](const Request&) { return JsonResponse(200, {{"status", "ok"}}); });
  router.Get("/readyz", [&server = parts.server, &store = parts.store](const Request&) {
    if (server.draining()) return MakeProblem(kShuttingDownProblem, "It finishes what runs.");
    return AnswerReadiness(store.Health());
  });
}

}  // namespace

Router MakeRoutes(const ApiParts& parts) {
  Router router;
  AddReading(router, parts);
  AddChanging(router, parts);
  AddPredicting(router, parts.usage);
  AddVerifying(router, parts.store.verification());
  AddWatching(router, parts);
  return router;
}

}  // namespace image_cache
