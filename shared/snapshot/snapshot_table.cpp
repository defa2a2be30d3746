#include "shared/snapshot/snapshot_table.h"

#include <algorithm>
#include <utility>

#include "shared/paths/content_path.h"

namespace image_cache {
namespace {

// Changes that are looked up beside the bytes before they are merged: at least so many, and at
// least this part of the entries, so that a merge is paid for by the changes before it.
constexpr std::size_t kFewestChangesToMerge = 4096;
constexpr std::size_t kEntriesPerChangeToMerge = 8;

bool IsKnownType(const SnapshotRecord& record) {
  return record.is_extra() || record.type() <= static_cast<std::uint32_t>(ImageType::kSvg);
}

}  // namespace

Result<SnapshotTable, SnapshotError> SnapshotTable::Load(std::string bytes) {
  auto kept = std::make_unique<const std::string>(std::move(bytes));
  const Result<SnapshotView, SnapshotError> view = SnapshotView::Open(*kept);
  if (!view) return tl::make_unexpected(view.error());
  SnapshotTable table(view->Info());
  table.Adopt(std::move(kept), *view);
  table.is_written_ = true;
  return table;
}

const std::string& SnapshotTable::Write() {
  if (!is_written_) Merge(true);
  is_written_ = true;
  return *bytes_;
}

bool SnapshotTable::Put(std::string_view key, std::string_view local_path,
                        std::string_view actor_id, std::uint64_t size_bytes) {
  const std::optional<std::uint32_t> actor = FindOrAddActor(actor_id);
  if (!actor) return false;
  SnapshotRecord record{.hash = SipHash13(key, info_.seed), .actor = *actor};
  const std::optional<ContentPath> path = ParseContentPath(local_path, actor_id);
  const bool is_extra = !path || size_bytes > kMaxRecordSizeBytes;
  if (is_extra) {
    record.size_and_type = kExtraType;
  } else {
    record.content_id = path->content_id;
    record.size_and_type =
        static_cast<std::uint32_t>(size_bytes) << 4 | static_cast<std::uint32_t>(path->type);
  }

  if (const std::optional<Found> old = FindAlive(record.hash)) {
    const bool is_same =
        old->record.actor == *actor && old->record.size_and_type == record.size_and_type &&
        (is_extra ? ExtraOf(*old).local_path == local_path && ExtraOf(*old).size_bytes == size_bytes
                  : old->record.content_id == record.content_id);
    if (is_same) return true;
    Subtract(*old);
  }
  if (is_extra) record.content_id = overlay_.AddExtra(size_bytes, local_path);
  ActorState& state = State(*actor);
  overlay_.Put(record, state.generation);
  for (ManifestTotals* totals : {&state.totals, &totals_}) {
    ++totals->entries;
    totals->size_bytes += size_bytes;
  }
  NoteChange();
  return true;
}

bool SnapshotTable::Remove(std::string_view key) {
  const std::uint64_t hash = SipHash13(key, info_.seed);
  const std::optional<Found> old = FindAlive(hash);
  if (!old) return false;
  Subtract(*old);
  overlay_.Remove(hash);
  NoteChange();
  return true;
}

std::size_t SnapshotTable::RemoveActor(std::string_view actor_id) {
  const std::optional<std::uint32_t> actor = FindActor(actor_id);
  if (!actor) return 0;
  ActorState& state = State(*actor);
  const ManifestTotals removed = std::exchange(state.totals, {});
  if (removed.entries == 0) return 0;
  ++state.generation;
  state.is_base_removed = true;
  totals_.entries -= removed.entries;
  totals_.size_bytes -= removed.size_bytes;
  NoteChange();
  return removed.entries;
}

void SnapshotTable::Clear() {
  const bool was_empty = totals_.entries == 0;
  Adopt(nullptr, SnapshotView());
  is_written_ = false;
  if (!was_empty) ++changes_;
}

std::optional<SnapshotTable::Entry> SnapshotTable::Find(std::string_view key) const {
  const std::optional<Found> found = FindAlive(SipHash13(key, info_.seed));
  if (!found) return std::nullopt;
  Entry entry{
      .local_path = {}, .actor_id = ActorId(found->record.actor), .size_bytes = SizeOf(*found)};
  AppendPathOf(*found, entry.local_path);
  return entry;
}

bool SnapshotTable::AppendLocalPath(std::string_view key, std::string& text) const {
  const std::optional<Found> found = FindAlive(SipHash13(key, info_.seed));
  if (found) AppendPathOf(*found, text);
  return found.has_value();
}

ManifestTotals SnapshotTable::ActorTotals(std::string_view actor_id) const {
  const std::optional<std::uint32_t> actor = FindActor(actor_id);
  if (!actor) return {};
  const bool is_changed = *actor < actor_states_.size() && actor_states_[*actor].is_changed;
  return is_changed ? actor_states_[*actor].totals : base_.ActorAt(*actor).totals;
}

void SnapshotTable::set_addressing(S3Addressing addressing) {
  info_.addressing = std::move(addressing);
  is_written_ = false;
}

void SnapshotTable::set_revision(std::uint64_t epoch, std::uint64_t revision,
                                 std::int64_t last_updated_ms) {
  if (info_.epoch == epoch && info_.revision == revision &&
      info_.last_updated_ms == last_updated_ms) {
    return;
  }
  info_.epoch = epoch;
  info_.revision = revision;
  info_.last_updated_ms = last_updated_ms;
  is_written_ = false;
}

std::optional<SnapshotTable::Found> SnapshotTable::FindAlive(std::uint64_t hash) const {
  if (const SnapshotOverlay::Change* change = overlay_.Find(hash)) {
    const bool is_alive = change->kind == SnapshotOverlay::Change::Kind::kPut &&
                          change->generation == actor_states_[change->record.actor].generation;
    if (!is_alive) return std::nullopt;
    return Found{.record = change->record, .is_in_overlay = true};
  }
  const std::optional<SnapshotRecord> record = base_.Find(hash);
  if (!record || !IsAliveInBase(*record)) return std::nullopt;
  return Found{.record = *record, .is_in_overlay = false};
}

// Whoever wrote the bytes may have written nonsense into a record: that is no entry.
bool SnapshotTable::IsAliveInBase(const SnapshotRecord& record) const {
  if (!IsKnownType(record) || base_.ActorAt(record.actor).id.empty()) return false;
  if (record.is_extra() && base_.ExtraOf(record).local_path.empty()) return false;
  return actor_states_.empty() || !actor_states_[record.actor].is_base_removed;
}

SnapshotView::Extra SnapshotTable::ExtraOf(const Found& found) const {
  if (!found.record.is_extra()) return {};
  if (!found.is_in_overlay) return base_.ExtraOf(found.record);
  const SnapshotOverlay::Extra& extra = overlay_.extra(found.record.content_id);
  return {.size_bytes = extra.size_bytes, .local_path = extra.local_path};
}

std::uint64_t SnapshotTable::SizeOf(const Found& found) const {
  return found.record.is_extra() ? ExtraOf(found).size_bytes : found.record.size_bytes();
}

void SnapshotTable::AppendPathOf(const Found& found, std::string& text) const {
  if (found.record.is_extra()) {
    text += ExtraOf(found).local_path;
    return;
  }
  AppendContentPath(
      ActorId(found.record.actor),
      {.content_id = found.record.content_id, .type = static_cast<ImageType>(found.record.type())},
      text);
}

std::string_view SnapshotTable::ActorId(std::uint32_t actor) const {
  return actor < base_.actors() ? base_.ActorAt(actor).id : new_actor_ids_[actor - base_.actors()];
}

std::optional<std::uint32_t> SnapshotTable::FindActor(std::string_view actor_id) const {
  if (const auto actor = base_.FindActor(actor_id)) return actor;
  const auto found = new_actors_.find(actor_id);
  return found == new_actors_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> SnapshotTable::FindOrAddActor(std::string_view actor_id) {
  if (const auto actor = FindActor(actor_id)) return actor;
  const std::size_t actor = base_.actors() + new_actor_ids_.size();
  if (actor >= kMaxSnapshotActors) return std::nullopt;
  const auto added = new_actors_.emplace(actor_id, static_cast<std::uint32_t>(actor)).first;
  new_actor_ids_.push_back(added->first);
  return added->second;
}

SnapshotTable::ActorState& SnapshotTable::State(std::uint32_t actor) {
  const std::size_t actors = base_.actors() + new_actor_ids_.size();
  if (actor_states_.size() < actors) actor_states_.resize(actors);
  ActorState& state = actor_states_[actor];
  if (!state.is_changed) {
    state.is_changed = true;
    state.totals = base_.ActorAt(actor).totals;
  }
  return state;
}

void SnapshotTable::Subtract(const Found& found) {
  const std::uint64_t size_bytes = SizeOf(found);
  for (ManifestTotals* totals : {&State(found.record.actor).totals, &totals_}) {
    --totals->entries;
    totals->size_bytes -= size_bytes;
  }
}

void SnapshotTable::NoteChange() {
  ++changes_;
  is_written_ = false;
  const std::size_t most =
      std::max(kFewestChangesToMerge, totals_.entries / kEntriesPerChangeToMerge);
  // New actors count too: one key that is given to ever new ones is one change.
  if (overlay_.size() + new_actor_ids_.size() > most) Merge(false);
}

}  // namespace image_cache
