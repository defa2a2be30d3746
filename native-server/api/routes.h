// The table of endpoints: which path is answered by what, and with what.
#pragma once

#include "native-server/api/background.h"
#include "native-server/api/endpoints/image_endpoint.h"
#include "native-server/api/events/event_hub.h"
#include "native-server/api/overview.h"
#include "native-server/http/access_policy.h"
#include "native-server/http/router.h"
#include "native-server/http/server/server.h"
#include "native-server/services/monitoring/history_keeper.h"
#include "native-server/services/monitoring/recent_errors.h"
#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/prefetch/prefetch_service.h"
#include "native-server/services/revalidation/revalidation.h"
#include "native-server/services/sync/sync_service.h"
#include "native-server/services/usage/usage_service.h"

namespace image_cache {

// What the endpoints work with. Only this table sees all of it; every endpoint is handed what it
// needs. All of it outlives the router.
struct ApiParts {
  Store& store;
  ImageEndpoint& images;
  const Downloader& downloader;
  FetchService& fetcher;
  PrefetchService& prefetcher;
  PrefetchJobs& jobs;
  Revalidation& revalidation;
  SyncService& sync;
  UsageService& usage;
  Statistics& statistics;
  const AccessPolicy& access;
  const OverviewSource& overview;
  HistoryKeeper& history;
  RecentErrors& errors;
  EventHub& events;
  const HttpServer& server;
  const S3Addressing& addressing;
  Background& background;
  bool server_timing = false;  // see server_timing.h
};

[[nodiscard]] Router MakeRoutes(const ApiParts& parts);

}  // namespace image_cache
