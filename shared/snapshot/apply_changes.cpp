#include "shared/snapshot/apply_changes.h"

#include <string>
#include <utility>

#include "shared/paths/actor_id.h"
#include "shared/paths/local_path.h"
#include "shared/snapshot/changes_json_events.h"
#include "shared/snapshot/epoch.h"

namespace image_cache {
namespace {

using Kind = ManifestChange::Kind;

auto NotUnderstood() { return Fail(ChangesError::kNotUnderstood, "these are no changes"); }

// Brings the URL to its key and names the actor. False: it breaks a rule.
bool Admit(ManifestChange& change, CacheKeyMaker& keys) {
  if (change.kind == Kind::kPut || change.kind == Kind::kRemoved) {
    const auto key = keys.Make(change.s3_url);
    if (!key) return false;
    if (*key != change.s3_url) change.s3_url = std::string(*key);
  }
  if (change.kind == Kind::kPut) {
    const auto path = LocalPath::Parse(change.local_path);
    if (!path || change.size_bytes < 0) return false;
    if (change.actor_id.empty()) change.actor_id = path->actor_id();
    return IsValidActorId(change.actor_id);
  }
  return true;
}

void Apply(const ManifestChange& change, SnapshotTable& table) {
  switch (change.kind) {
    case Kind::kPut:
      table.Put(change.s3_url, change.local_path, change.actor_id,
                static_cast<std::uint64_t>(change.size_bytes));
      break;
    case Kind::kRemoved:
      table.Remove(change.s3_url);
      break;
    case Kind::kRemovedActor:
      table.RemoveActor(change.actor_id);
      break;
    case Kind::kRemovedAll:
      table.Clear();
      break;
  }
}

}  // namespace

Result<std::size_t, ChangesError> ApplyChanges(std::string_view json, CacheKeyMaker& keys,
                                               SnapshotTable& table) {
  ChangesJsonEvents events;
  if (!ReadJson(json, events) || events.is_mistyped || events.revision < 0) {
    return NotUnderstood();
  }
  const SnapshotInfo& info = table.info();
  if (!events.epoch.empty() && ParseEpoch(events.epoch) != info.epoch) {
    return Fail(ChangesError::kOtherEpoch, "the changes are of another epoch");
  }
  if (events.is_full_needed) return Fail(ChangesError::kFullNeeded, "a new snapshot is needed");
  if (events.since < 0 || !events.has_changes) return NotUnderstood();
  const auto revision = static_cast<std::uint64_t>(events.revision);
  if (revision <= info.revision) return 0;
  if (static_cast<std::uint64_t>(events.since) > info.revision) {
    return Fail(ChangesError::kGap, "changes before these are missing");
  }
  for (ManifestChange& change : events.changes) {
    if (!Admit(change, keys)) return NotUnderstood();
  }
  for (const ManifestChange& change : events.changes) Apply(change, table);
  table.set_revision(info.epoch, revision, info.last_updated_ms);
  return events.changes.size();
}

}  // namespace image_cache
