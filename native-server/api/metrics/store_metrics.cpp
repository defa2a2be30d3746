#include "native-server/api/metrics/store_metrics.h"

#include <string>

namespace image_cache {
namespace {

void AddEntries(MetricFamilies& families, const StoreStats& store) {
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

}  // namespace

void AddStore(MetricFamilies& families, const StoreStats& store) {
  AddEntries(families, store);
  AddCompressed(families, store.compressed);
  AddProof(families, store.proof);
  AddScrub(families, store.scrub);
  AddSpace(families, store.space);
  AddHealth(families, store.health);
}

}  // namespace image_cache
