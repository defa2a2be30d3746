#include "native-server/api/overview.h"

#include <utility>

namespace image_cache {

double Overview::AverageOriginMs() const {
  if (downloads.succeeded == 0) return 0;
  return static_cast<double>(downloads.total_ms) / static_cast<double>(downloads.succeeded);
}

HistoryTotals Overview::Totals() const {
  return {.counts = {.hits = serving.hits,
                     .misses = serving.misses,
                     .bytes_served = serving.bytes_served,
                     .origin_bytes = downloads.bytes,
                     .origin_requests = downloads.started + downloads.retries,
                     .origin_ms = downloads.total_ms,
                     .evictions = store.evicted_entries,
                     .saved_ms = serving.saved_us / 1000,
                     .errors = errors},
          .stored_bytes = store.totals.size_bytes};
}

OverviewSource::OverviewSource(Store& store, const Statistics& statistics,
                               const Downloader& downloader,
                               const DownloaderOptions& download_limits,
                               const FetchService& fetcher, const PrefetchJobs& jobs,
                               const Revalidation& revalidation, const SyncService& sync,
                               const StartWarming& warming, const UsageService& usage,
                               RecentErrors& errors, const Clock& clock, const TraceWriter* trace,
                               const AccessLog* access_log, const SmallerService* smaller,
                               const Compression* compression, const WorkerPool* workers)
    : store_(store),
      statistics_(statistics),
      downloader_(downloader),
      download_limits_(download_limits),
      fetcher_(fetcher),
      jobs_(jobs),
      revalidation_(revalidation),
      sync_(sync),
      warming_(warming),
      errors_(errors),
      usage_(usage),
      clock_(clock),
      trace_(trace),
      access_log_(access_log),
      smaller_(smaller),
      compression_(compression),
      workers_(workers),
      started_(clock.Monotonic()) {}

Overview OverviewSource::Read() const { return ReadWith(store_.Stats()); }

Overview OverviewSource::ReadWithoutActors() const { return ReadWith(store_.StatsWithoutActors()); }

Overview OverviewSource::ReadWith(StoreStats store) const {
  using std::chrono::milliseconds;
  std::optional<TraceStats> trace;
  if (trace_ != nullptr) trace = trace_->Stats();
  std::optional<AccessLogStats> access_log;
  if (access_log_ != nullptr) access_log = access_log_->Stats();
  errors_.NoteHealth(store.health);
  std::optional<SmallerServiceStats> smaller;
  if (smaller_ != nullptr) smaller = smaller_->Stats();
  std::optional<CompressionStats> compression;
  if (compression_ != nullptr) compression = compression_->Stats();
  std::optional<WorkerPoolStats> workers;
  if (workers_ != nullptr) workers = workers_->Stats();
  const auto uptime = clock_.Monotonic() - started_;
  return {.store = std::move(store),
          .serving = statistics_.Read(),
          .downloads = downloader_.Stats(),
          .download_limits = download_limits_,
          .fetches = fetcher_.Stats(),
          .jobs = jobs_.Stats(),
          .revalidations = revalidation_.Stats(),
          .sync = sync_.Stats(),
          .warming = warming_.Stats(),
          .errors = errors_.total(),
          .usage = usage_.Stats(),
          .trace = trace,
          .access_log = access_log,
          .smaller = smaller,
          .compression = compression,
          .workers = workers,
          .uptime_ms = std::chrono::duration_cast<milliseconds>(uptime).count()};
}

}  // namespace image_cache
