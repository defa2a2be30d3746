#include "native-server/api/metrics/sync_metrics.h"

#include <algorithm>

namespace image_cache {

void AddSync(MetricFamilies& families, const SyncStats& sync) {
  families.Gauge("syncs_waiting", "Syncs that were asked for and wait.", sync.waiting);
  families.Gauge("syncs_waiting_max", "The most of them.", sync.max_waiting);
  if (sync.folders.empty()) return;
  SyncStats::Folder all;
  std::int64_t oldest_ms = 0;
  for (const SyncStats::Folder& folder : sync.folders) {
    all.runs += folder.runs;
    all.failed_runs += folder.failed_runs;
    all.fetched += folder.fetched;
    all.removed += folder.removed;
    all.failed += folder.failed;
    oldest_ms = &folder == &sync.folders.front() ? folder.complete_ms
                                                 : std::min(oldest_ms, folder.complete_ms);
  }
  families.Gauge("sync_folders", "Folders of buckets that are kept in step.", sync.folders.size());
  families.Counter("sync_runs_total", "Scheduled syncs that have ended.", all.runs);
  families.Counter("sync_failed_runs_total", "Of those, the ones that did not come to their end.",
                   all.failed_runs);
  families.Counter("sync_fetched_total", "New and changed pictures that they fetched.",
                   all.fetched);
  families.Counter("sync_removed_total", "Pictures that they removed, gone from S3.", all.removed);
  families.Counter("sync_failed_pictures_total", "Pictures that they could not fetch or remove.",
                   all.failed);
  families.Gauge("sync_last_complete_timestamp_seconds",
                 "When the sync that is longest ago came to its end, since the epoch; 0 before "
                 "each folder's first.",
                 static_cast<double>(oldest_ms) / 1000.0);
}

void AddWarming(MetricFamilies& families, const WarmingStats& warming) {
  using State = WarmingStats::State;
  if (warming.state == State::kOff) return;
  families.Gauge("warming_running", "1 while the warming at the start is under way.",
                 warming.state == State::kRunning ? 1 : 0);
  families.Counter("warming_fetched_total", "Pictures that it has fetched.", warming.fetched);
  families.Counter("warming_failed_total", "Pictures that it could not fetch.", warming.failed);
  families.Counter("warming_left_out_total", "Pictures that there was no room for.",
                   warming.left_out);
}

}  // namespace image_cache
