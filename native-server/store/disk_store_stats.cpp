// What the store tells of itself, put together from its parts.
#include <shared_mutex>
#include <utility>

#include "native-server/store/disk_store.h"

namespace image_cache {

StoreStats DiskStore::MakeStats(bool with_actors) {
  StoreStats stats;
  stats.health = health_->Report();
  stats.queued_changes = writer_.queued();
  stats.max_size_bytes = limits_.Get().max_size_bytes;
  stats.debris_files = writer_.debris().files;
  stats.debris_bytes = writer_.debris().bytes;
  stats.space = space_.Stats();
  stats.manifest_text_bytes = texts_.text_bytes();
  stats.manifest_writing_cpu_us = manifest_file_.last_cpu_us();
  stats.evicted_entries = writer_.evicted_entries();
  stats.evicted_bytes = writer_.evicted_bytes();
  const CheckpointStats checkpoints = checkpointer_.Stats();
  stats.proof = {.checkpoints = checkpoints.made,
                 .failed_checkpoints = checkpoints.failed,
                 .checkpoint_revision = checkpoints.revision,
                 .unproven_entries = unproven_.left(),
                 .dropped_entries = prover_->dropped()};
  stats.changes = changes_.Stats();
  stats.snapshots = snapshots_.Stats();
  stats.scrub = scrubber_->Stats();
  stats.smaller = smaller_.Stats();
  const bool removed = writer_.IsBehindTheFolder();
  if (removed) writer_.NoteLoss();
  std::shared_lock lock(index_.mutex);
  const Manifest& manifest = index_.images.manifest();
  stats.revision = manifest.revision();
  if (removed) return stats;  // nothing is there, though the index has yet to learn it
  stats.totals = manifest.Totals();
  stats.compressed = index_.images.compressed();
  if (!with_actors) return stats;
  for (std::string& actor_id : manifest.ActorIds()) {
    const ManifestTotals totals = manifest.ActorTotals(actor_id);
    stats.actors.push_back({.actor_id = std::move(actor_id), .totals = totals});
  }
  lock.unlock();
  space_.TellHeat(stats.actors);
  return stats;
}

}  // namespace image_cache
