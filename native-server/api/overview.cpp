#include "native-server/api/overview.h"

#include <utility>

namespace image_cache {

double Overview::AverageOriginMs() const {
  if (downloads.succeeded == 0) return 0;
  return static_cast<double>(downloads.total_ms) / static_cast<double>(downloads.succeeded);
}

OverviewSource::OverviewSource(Store& store, const Statistics& statistics,
                               const Downloader& downloader,
                               const DownloaderOptions& download_limits,
                               const FetchService& fetcher, const PrefetchJobs& jobs,
                               const Revalidation& revalidation, const SyncService& sync,
                               const StartWarming& warming, const Clock& clock,
                               const TraceWriter* trace)
    : store_(store),
      statistics_(statistics),
      downloader_(downloader),
      download_limits_(download_limits),
      fetcher_(fetcher),
      jobs_(jobs),
      revalidation_(revalidation),
      sync_(sync),
      warming_(warming),
      clock_(clock),
      trace_(trace),
      started_(clock.Monotonic()) {}

Overview OverviewSource::Read() const { return ReadWith(store_.Stats()); }

Overview OverviewSource::ReadWithoutActors() const { return ReadWith(store_.StatsWithoutActors()); }

Overview OverviewSource::ReadWith(StoreStats store) const {
  using std::chrono::milliseconds;
  std::optional<TraceStats> trace;
  if (trace_ != nullptr) trace = trace_->Stats();
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
          .trace = trace,
          .uptime_ms = std::chrono::duration_cast<milliseconds>(uptime).count()};
}

}  // namespace image_cache
