#include "native-server/api/metrics.h"

#include <chrono>
#include <string>

#include "native-server/api/http_metrics.h"
#include "native-server/api/metric_families.h"
#include "native-server/api/sync_metrics.h"
#include "native-server/api/usage_metrics.h"
#include "native-server/api/worker_metrics.h"

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

void AddStore(MetricFamilies& families, const StoreStats& store) {
  families.Gauge("entries", "Pictures in the cache.", store.totals.entries);
  families.Gauge("size_bytes", "Size of all pictures in the cache.", store.totals.size_bytes);
  families.Gauge("max_size_bytes", "The most that the cache folder may take.",
                 store.max_size_bytes);
  families.Gauge("actors", "Actors with at least one picture in the cache.", store.actors.size());
  families.Gauge("manifest_revision", "Grows with every change of the manifest.", store.revision);
  families.Gauge("change_log_groups", "Commits whose changes are kept for who follows them.",
                 store.changes.groups);
  families.Gauge("change_log_max_groups", "The most that are kept.", store.changes.max_groups);
  families.Gauge("change_log_bytes", "Memory that they take.", store.changes.bytes);
  families.Gauge("change_log_max_bytes", "The most that is kept of them.", store.changes.max_bytes);
  families.Gauge("change_log_oldest_revision", "From here on all changes are told.",
                 store.changes.oldest_revision);
  families.Counter("change_log_gaps_total", "Commits that changed too much to be told.",
                   store.changes.gaps);
  families.Gauge("snapshot_bytes", "Size of the manifest's last compact form.",
                 store.snapshots.bytes);
  families.Counter("snapshots_total", "Times that it was made.", store.snapshots.writes);
  families.Counter("snapshots_from_index_total",
                   "Of those, from the whole index instead of from what had changed.",
                   store.snapshots.builds);
  families.Gauge("index_changes_waiting", "Changes of the index that wait to be committed.",
                 store.queued_changes);
  families.Gauge("debris_files", "Removed pictures whose files wait to be unlinked.",
                 store.debris_files);
  families.Gauge("debris_bytes", "Their size, which counts as used until then.",
                 store.debris_bytes);
  families.Gauge("manifest_text_bytes", "Size of the manifest's last text.",
                 store.manifest_text_bytes);
  families.Gauge("manifest_writing_cpu_seconds",
                 "Processor time of the last rewriting of manifest.json.",
                 static_cast<double>(store.manifest_writing_cpu_us) / 1e6);
  families.Counter("evicted_entries_total", "Pictures removed to make room.",
                   store.evicted_entries);
  families.Counter("evicted_bytes_total", "Bytes removed to make room.", store.evicted_bytes);
}

void AddCompressed(MetricFamilies& families, const CompressedTotals& compressed) {
  families.Gauge("compressed_entries", "Pictures that lie on the disk as JPEG XL.",
                 compressed.entries);
  families.Gauge("compressed_original_bytes", "What they were downloaded as.",
                 compressed.original_bytes);
  families.Gauge("compressed_stored_bytes", "What they take on the disk.", compressed.stored_bytes);
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

void AddProof(MetricFamilies& families, const ProofStats& proof) {
  families.Counter("checkpoints_total", "Times that everything was brought to the platter.",
                   proof.checkpoints);
  families.Counter("checkpoints_failed_total", "Times that this was tried in vain.",
                   proof.failed_checkpoints);
  families.Gauge("checkpoint_revision", "Everything up to this revision is on the platter.",
                 proof.checkpoint_revision);
  families.Gauge(
      "unproven_entries",
      "Pictures younger than the last checkpoint before an unclean stop, which are still "
      "to be checked.",
      proof.unproven_entries);
  families.Counter("unproven_dropped_total", "Of those, the ones that were broken.",
                   proof.dropped_entries);
}

void AddScrub(MetricFamilies& families, const ScrubStats& scrub) {
  families.Gauge("scrub_bytes_per_second", "The most that is read to scrub; 0 when it is off.",
                 scrub.bytes_per_second);
  families.Counter("scrub_rounds_total", "Times that all pictures were read.", scrub.rounds);
  families.Counter("scrub_entries_total", "Pictures read by the scrub.", scrub.entries);
  families.Counter("scrub_bytes_total", "Bytes read by the scrub.", scrub.bytes);
  families.Counter("scrub_findings_total", "What it found wrong.", scrub.findings);
  families.Counter("scrub_repaired_total", "Of that, what it has dropped.", scrub.repaired);
  families.Gauge("scrub_last_round_timestamp_seconds",
                 "When the last round ended, since the epoch; 0 before the first.",
                 static_cast<double>(scrub.last_round_ended_ms) / 1000.0);
}

void AddSpace(MetricFamilies& families, const SpaceStats& space) {
  families.Gauge("used_bytes", "What the cache folder takes, as du counts it, at most.",
                 space.used_bytes);
  families.Gauge("housekeeping_bytes", "Of these, what is no picture: index, manifest, folders.",
                 space.housekeeping_bytes);
  families.Gauge("reserved_bytes", "Promised to downloads that run.", space.reserved_bytes);
  families.Gauge("headroom_bytes", "Kept free below the limits, once they are near.",
                 space.headroom_bytes);
  families.Counter("evictions_total", "Actors removed to make room.", 0);
  families.Labelled("need", "foreground", space.evictions_in_need);
  families.Labelled("need", "background", space.evictions_ahead);
  families.Counter("openings_total", "Openings of actors, over all runs.", space.openings);
  families.Gauge("probation_bytes", "Pictures of actors that nobody has opened yet.",
                 space.probation_bytes);
  families.Gauge("probation_max_bytes", "With more of them, they are the first to go.",
                 space.probation_max_bytes);
  families.Gauge("remembered_actors", "Actors without pictures whose openings are remembered.",
                 space.remembered_actors);
  families.Gauge("remembered_max_actors", "The most of them; low scores are forgotten.",
                 space.remembered_max_actors);
}

void AddHealth(MetricFamilies& families, const StoreHealthReport& health) {
  families.Gauge("store_state", "1 for the state that the store is in.", 0);
  for (const HealthState state :
       {HealthState::kHealthy, HealthState::kDegraded, HealthState::kOff}) {
    families.Labelled("state", std::string(NameOf(state)), health.state == state ? 1 : 0);
  }
  families.Counter("store_transitions_total", "Times that the store's state has changed.",
                   health.transitions);
  families.Counter("store_probes_total", "Tries of a sick disk.", 0);
  families.Labelled("result", "succeeded", health.probes_succeeded);
  families.Labelled("result", "failed", health.probes_failed);
  families.Counter("store_errors_total", "Failures of the disk, by what it suffered from.", 0);
  for (std::size_t i = 0; i < kSicknesses; ++i) {
    families.Labelled("kind", std::string(NameOf(static_cast<Sickness>(i))), health.errors.at(i));
  }
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
  AddCompressed(families, overview.store.compressed);
  if (overview.compression) AddCompression(families, *overview.compression);
  AddProof(families, overview.store.proof);
  AddScrub(families, overview.store.scrub);
  AddSpace(families, overview.store.space);
  AddHealth(families, overview.store.health);
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
