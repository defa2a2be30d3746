#include "native-server/api/metrics/metrics.h"

#include <chrono>
#include <string>

#include "native-server/api/metrics/http_metrics.h"
#include "native-server/api/metrics/metric_families.h"
#include "native-server/api/metrics/store_metrics.h"
#include "native-server/api/metrics/sync_metrics.h"
#include "native-server/api/metrics/usage_metrics.h"
#include "native-server/api/metrics/worker_metrics.h"

namespace image_cache {
namespace {

double Seconds(std::uint64_t ms) { return static_cast<double>(ms) / 1000.0; }

void AddServing(MetricFamilies& families, const StatisticsSnapshot& serving) {
  families.Counter("hits_total", "Pictures served from the disk.", serving.hits);
  families.Counter("misses_total", "Pictures asked for that were not cached.", serving.misses);
  families.Counter("not_modified_total", "Hits that the client had already (304).",
                   serving.not_modified);
  families.Counter("served_bytes_total", "Bytes of pictures served from the disk.",
                   serving.bytes_served);
  families.Counter("saved_seconds_total",
                   "What the pictures served from the disk would have taken their origins.",
                   static_cast<double>(serving.saved_us) / 1e6);
}

void AddOpenImages(MetricFamilies& families, const OpenImagesStats& open_images) {
  families.Gauge("open_images", "Pictures that are kept open for the next request.",
                 open_images.images);
  families.Gauge("open_images_max", "The most of them.", open_images.limits.images);
  families.Gauge("open_images_bytes", "Bytes of those that are kept in memory too.",
                 open_images.bytes);
  families.Gauge("open_images_max_bytes", "The most of these bytes.", open_images.limits.bytes);
}

void AddCompression(MetricFamilies& families, const CompressionStats& compression) {
  const CompressorStats compressor = compression.compressor.value_or(CompressorStats{});
  families.Counter("compressions_total", "Cold pictures that were tried to be made smaller.", 0);
  families.Labelled("result", "stored", compressor.compressed);
  families.Labelled("result", "refused", compressor.refused);
  families.Labelled("result", "failed", compressor.failed);
  families.Counter("compressions_saved_bytes_total", "Bytes that those that are stored saved.",
                   compressor.saved_bytes);
  families.Counter("compressions_cpu_seconds_total", "Processor time that this took.",
                   Seconds(compressor.cpu_us / 1000));
  const RestoreStats& restoring = compression.restoring;
  families.Counter("restorations_total", "Compressed pictures that were opened again.", 0);
  families.Labelled("result", "restored", restoring.restored);
  families.Labelled("result", "broken", restoring.broken);
  families.Labelled("result", "failed", restoring.failed);
  families.Counter("restorations_stored_total",
                   "Of the restored, those that lie on the disk as they were again.",
                   restoring.stored);
  families.Counter("restorations_cpu_seconds_total", "Processor time that this took.",
                   Seconds(restoring.cpu_us / 1000));
  families.Gauge("restorations_running", "Pictures that are being turned back.", restoring.running);
  families.Gauge("restored_bytes", "Memory for pictures that were turned back and are being sent.",
                 restoring.bytes);
  families.Gauge("restored_max_bytes", "The most of it; beyond, requests are asked to come again.",
                 restoring.max_bytes);
}

void AddDownloads(MetricFamilies& families, const DownloaderStats& downloads,
                  const DownloaderOptions& limits, const FetchStats& fetches) {
  families.Counter("downloads_total", "Downloads from origins that have ended.", 0);
  families.Labelled("result", "succeeded", downloads.succeeded);
  families.Labelled("result", "failed", downloads.failed);
  families.Counter("downloaded_bytes_total", "Bytes received from origins.", downloads.bytes);
  families.Counter("download_seconds_total", "Time that successful downloads took, summed.",
                   Seconds(downloads.total_ms));
  families.Gauge("downloads_running", "Downloads that run now.", downloads.running);
  families.Gauge("downloads_max_running", "The most downloads that may run at once.",
                 limits.max_parallel);
  families.Gauge("downloads_parallel_limit",
                 "How many may run at once as far as the origins in use bear it.",
                 downloads.parallel_limit);
  families.Gauge("downloads_waiting_for_retry", "Downloads that failed and wait to be tried again.",
                 downloads.waiting_for_retry);
  families.Counter("download_retries_total", "Attempts at downloads after the first.",
                   downloads.retries);
  families.Counter("download_resumes_total", "Of these, those that went on where the last broke.",
                   downloads.resumes);
  families.Counter("download_slow_downs_total",
                   "Times that an origin was given half as many downloads at once.",
                   downloads.slow_downs);
  families.Gauge("downloads_waiting", "Downloads that wait for their turn.", downloads.waiting);
  families.Gauge("downloads_max_waiting", "The most downloads that may wait; more are refused.",
                 limits.max_waiting);
  families.Gauge("downloads_oldest_waiting_seconds",
                 "How long the oldest of them has waited; 0 when none waits.",
                 std::chrono::duration<double>(downloads.oldest_waiting).count());
  families.Histogram("download_queue_seconds", "How long downloads have waited for their turn.",
                     downloads.queued);
  families.Histogram("origin_first_byte_seconds",
                     "How long origins took until the first byte of their answer.",
                     downloads.first_byte);
  families.Counter("coalesced_requests_total", "Requests that joined a running download.",
                   fetches.coalesced);
  families.Gauge("fetches_in_flight", "Distinct pictures that are being fetched.",
                 fetches.in_flight);
}

void AddJobs(MetricFamilies& families, const PrefetchJobStats& jobs) {
  families.Gauge("jobs_running", "Prefetch jobs that have not ended.", jobs.running);
  families.Gauge("jobs_max_running", "The most jobs that may run; more are refused.",
                 jobs.limits.max_running);
  families.Gauge("job_images_running", "Pictures of the jobs that have not ended.",
                 jobs.running_images);
  families.Gauge("job_images_max_running", "The most of them; more are refused.",
                 jobs.limits.max_running_images);
  families.Gauge("jobs_running_bytes", "Memory that they take.", jobs.running_bytes);
  families.Gauge("jobs_running_max_bytes", "The most of it; more are refused.",
                 jobs.limits.max_running_bytes);
  families.Gauge("jobs_kept", "Prefetch jobs that have ended and can be asked for.", jobs.kept);
  families.Gauge("jobs_max_kept", "The most of them; the oldest is forgotten.",
                 jobs.limits.max_kept);
  families.Gauge("jobs_kept_bytes", "Memory that they take.", jobs.kept_bytes);
  families.Gauge("jobs_kept_max_bytes", "The most of it; the oldest job is forgotten.",
                 jobs.limits.max_kept_bytes);
}

void AddFailures(MetricFamilies& families, const FailureMemoryStats& failures) {
  families.Gauge("failures_remembered", "Pictures that an origin has lately refused.",
                 failures.entries);
  families.Gauge("failures_max_remembered", "The most of them; the oldest is forgotten.",
                 failures.capacity);
  families.Counter("failures_answered_total", "Requests answered with what is remembered.",
                   failures.answered);
}

void AddUnstored(MetricFamilies& families, const UnstoredStats& unstored) {
  families.Gauge("unstored_bytes", "Memory for pictures that are passed on without being stored.",
                 unstored.bytes);
  families.Gauge("unstored_max_bytes", "The most of it; beyond, they are refused.",
                 unstored.max_bytes);
}

void AddRevalidations(MetricFamilies& families, const RevalidationStats& revalidations) {
  families.Gauge("revalidations_running", "Revalidations that run now.", revalidations.running);
  families.Gauge("revalidations_max_running", "The most of them; more wait.",
                 revalidations.max_running);
  families.Gauge("revalidations_waiting", "Revalidations that wait for their turn.",
                 revalidations.waiting);
  families.Gauge("revalidations_max_waiting", "The most of them; more are refused.",
                 revalidations.max_waiting);
}

void AddTrace(MetricFamilies& families, const TraceStats& trace) {
  families.Counter("trace_rows_total", "Accesses that were recorded.", trace.rows);
  families.Counter("trace_dropped_total",
                   "Accesses that were not: the disk was behind, or the trace has ended.",
                   trace.dropped);
  families.Gauge("trace_waiting", "Accesses that wait to be written.", trace.waiting);
  families.Gauge("trace_max_waiting", "The most of them; more are dropped.", trace.max_waiting);
  families.Gauge("trace_bytes", "Size of the trace.", trace.bytes);
  families.Gauge("trace_max_bytes", "The most of it; the trace ends there.", trace.max_bytes);
}

}  // namespace

std::string WriteMetrics(const Overview& overview, const HttpServerStats& http,
                         const OpenImagesStats& open_images, const EventStats& events) {
  MetricFamilies families;
  families.Gauge("build_info", "Always 1; the label says which version runs.", 1);
  families.last().label = {{"version", IMAGE_CACHE_VERSION}};
  families.Gauge("uptime_seconds", "Time since the server started.",
                 static_cast<double>(overview.uptime_ms) / 1000.0);
  AddServing(families, overview.serving);
  families.Counter("errors_total",
                   "Downloads that failed, origins that were refused, failures of the disk.",
                   overview.errors);
  AddOpenImages(families, open_images);
  AddStore(families, overview.store);
  if (overview.compression) AddCompression(families, *overview.compression);
  AddDownloads(families, overview.downloads, overview.download_limits, overview.fetches);
  AddJobs(families, overview.jobs);
  AddRevalidations(families, overview.revalidations);
  AddSync(families, overview.sync);
  AddWarming(families, overview.warming);
  AddUsage(families, overview.usage);
  AddFailures(families, overview.fetches.failures);
  AddUnstored(families, overview.fetches.unstored);
  if (overview.smaller) AddSmaller(families, *overview.smaller, overview.store.smaller);
  if (overview.workers) AddWorkers(families, *overview.workers);
  if (overview.trace) AddTrace(families, *overview.trace);
  if (overview.access_log) AddAccessLog(families, *overview.access_log);
  AddHttp(families, http);
  AddEvents(families, events);
  return families.Write();
}

}  // namespace image_cache
