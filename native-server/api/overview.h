// Everything that is counted, read at one moment: what statistics and metrics are made of.
//
// Thread-safe; what it reads from outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "native-server/base/clock.h"
#include "native-server/http/access_log/access_log.h"
#include "native-server/origin/downloader.h"
#include "native-server/replay/trace_writer.h"
#include "native-server/services/compression/compression.h"
#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/monitoring/history_keeper.h"
#include "native-server/services/monitoring/recent_errors.h"
#include "native-server/services/prefetch/prefetch_jobs.h"
#include "native-server/services/revalidation/revalidation.h"
#include "native-server/services/smaller/smaller_service.h"
#include "native-server/services/statistics.h"
#include "native-server/services/sync/sync_service.h"
#include "native-server/services/usage/usage_service.h"
#include "native-server/services/warming/start_warming.h"
#include "native-server/store/store.h"
#include "native-server/workers/worker_pool.h"

namespace image_cache {

struct Overview {
  StoreStats store;
  StatisticsSnapshot serving;
  DownloaderStats downloads;
  DownloaderOptions download_limits;
  FetchStats fetches;
  PrefetchJobStats jobs;
  RevalidationStats revalidations;
  SyncStats sync;
  WarmingStats warming;
  std::uint64_t errors = 0;  // that were noted: see RecentErrors
  UsageStats usage;
  std::optional<TraceStats> trace;  // nothing when accesses are not recorded
  std::optional<AccessLogStats> access_log;
  std::optional<SmallerServiceStats> smaller;   // nothing when none are made
  std::optional<CompressionStats> compression;  // nothing when no picture may be compressed
  std::optional<WorkerPoolStats> workers;       // nothing when neither needs them
  std::int64_t uptime_ms = 0;

  // Of the downloads that succeeded; 0 when there are none.
  [[nodiscard]] double AverageOriginMs() const;
  // What of it the history counts.
  [[nodiscard]] HistoryTotals Totals() const;
};

class OverviewSource {
 public:
  OverviewSource(Store& store, const Statistics& statistics, const Downloader& downloader,
                 const DownloaderOptions& download_limits, const FetchService& fetcher,
                 const PrefetchJobs& jobs, const Revalidation& revalidation,
                 const SyncService& sync, const StartWarming& warming, const UsageService& usage,
                 RecentErrors& errors, const Clock& clock, const TraceWriter* trace = nullptr,
                 const AccessLog* access_log = nullptr, const SmallerService* smaller = nullptr,
                 const Compression* compression = nullptr, const WorkerPool* workers = nullptr);
  [[nodiscard]] Overview Read() const;
  // Quicker where there are many actors.
  [[nodiscard]] Overview ReadWithoutActors() const;

 private:
  [[nodiscard]] Overview ReadWith(StoreStats store) const;

  Store& store_;
  const Statistics& statistics_;
  const Downloader& downloader_;
  const DownloaderOptions download_limits_;
  const FetchService& fetcher_;
  const PrefetchJobs& jobs_;
  const Revalidation& revalidation_;
  const SyncService& sync_;
  const StartWarming& warming_;
  RecentErrors& errors_;
  const UsageService& usage_;
  const Clock& clock_;
  const TraceWriter* const trace_;
  const AccessLog* const access_log_;
  const SmallerService* const smaller_;
  const Compression* const compression_;
  const WorkerPool* const workers_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace image_cache
