// The changes themselves: what IndexWriter does on disk and in memory, with changing_ held. Its
// queue and its thread are in index_writer.cpp.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <shared_mutex>
#include <utility>

#include "native-server/store/index/index_writer.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

Removal TotalOf(const std::vector<DebrisFile>& files) {
  Removal total{.removed = files.size()};
  for (const DebrisFile& file : files) total.bytes_freed += file.size_bytes;
  return total;
}

}  // namespace

Result<void, StoreError> IndexWriter::Evict(const std::string& actor_id) {
  std::vector<DebrisFile> debris;
  {
    const std::lock_guard lock(changing_);
    if (auto recovered = RecoverIfLost(); !recovered) return recovered;
    auto removed = Remove(RemovalOrder::What::kActor, actor_id);
    if (!removed) return tl::make_unexpected(removed.error());
    debris = std::move(*removed);
  }
  if (debris.empty()) return {};
  const Removal total = TotalOf(debris);
  evicted_bytes_ += total.bytes_freed;
  evicted_entries_ += total.removed;
  spdlog::info("evicted actor {}: {} pictures", actor_id, total.removed);
  unlinker_.UnlinkNow(std::move(debris));
  return {};
}

Result<bool, StoreError> IndexWriter::DropIf(const LocalPath& path,
                                             const std::function<bool(const Entry&)>& is_so) {
  const std::lock_guard lock(changing_);
  std::optional<Entry> entry;
  {
    const std::shared_lock reading(index_.mutex);
    if (const auto found = index_.images.FindByPath(path.text())) entry = found->ToEntry();
  }
  if (!entry || !is_so(*entry)) return false;
  const auto removed = Remove(
      RemovalOrder{.what = RemovalOrder::What::kKey, .name = entry->s3_url, .done = nullptr});
  if (!removed) return tl::make_unexpected(removed.error());
  return removed->removed > 0;
}

void IndexWriter::WhileNothingChanges(const std::function<void()>& look) {
  const std::lock_guard lock(changing_);
  look();
}

std::vector<Result<Entry, StoreError>> IndexWriter::Publish(Publications& publications) {
  const auto recovered = RecoverIfLost();
  std::vector<Result<Entry, StoreError>> outcomes;
  IndexChange change;
  for (Publication& publication : publications) {
    outcomes.push_back(recovered
                           ? Place(publication, home_.folder(), clock_.NowMs(),
                                   [this](const LocalPath& path) { return MayBeTrusted(path); })
                           : tl::make_unexpected(recovered.error()));
    if (outcomes.back()) change.puts.push_back(*outcomes.back());
  }
  if (change.puts.empty()) return outcomes;

  if (auto committed = Commit(change); !committed) {
    for (auto& outcome : outcomes) {
      if (!outcome) continue;
      // The same content under the same key has the same file, which its entry still names.
      const std::shared_lock lock(index_.mutex);
      const bool is_named = index_.images.PathOfFile(outcome->local_path).has_value();
      const auto path = LocalPath::Parse(outcome->local_path);
      if (!is_named && path) home_.folder().RemoveImage(*path);
      outcome = tl::make_unexpected(committed.error());
    }
    return outcomes;
  }

  std::vector<DebrisFile> replaced;
  std::vector<std::string> replaced_paths;  // for each entry, empty when there was none
  {
    const std::lock_guard lock(index_.mutex);
    for (const Entry& entry : change.puts) {
      auto old = index_.images.Put(entry);
      replaced_paths.push_back(old ? old->local_path : std::string());
      // What is new has its original, also in the place of one that was compressed.
      if (old) replaced.push_back(TakeDebris(index_.images, std::move(*old)));
    }
    index_.images.Stamp(change.revision, change.last_updated_ms);
  }
  if (!replaced.empty()) ++removals_;
  for (const std::string& path : replaced_paths) {
    if (!path.empty()) removed_paths_.Note(path, change.revision);
  }
  for (std::size_t i = 0; i < publications.size(); ++i) {
    if (outcomes[i]) publications[i].image->space().Settle(outcomes[i]->size_bytes);
  }
  unlinker_.Add(std::move(replaced));
  Announce(TextOfPuts(change.puts, replaced_paths));
  return outcomes;
}

Result<Removal, StoreError> IndexWriter::Remove(const RemovalOrder& order) {
  if (auto recovered = RecoverIfLost(); !recovered) return tl::make_unexpected(recovered.error());
  if (order.what == RemovalOrder::What::kAll) return RemoveAll();
  auto removed = Remove(order.what, order.name);
  if (!removed) return tl::make_unexpected(removed.error());
  const Removal total = TotalOf(*removed);
  unlinker_.Add(std::move(*removed));
  return total;
}

Result<std::vector<DebrisFile>, StoreError> IndexWriter::Remove(RemovalOrder::What what,
                                                                const std::string& name) {
  std::vector<Entry> removed = TakeFromMemory(what, name);
  std::vector<DebrisFile> debris;
  if (removed.empty()) return debris;
  ++removals_;

  IndexChange change;
  for (const Entry& entry : removed) change.removed_keys.push_back(entry.s3_url);
  if (auto committed = Commit(change); !committed) {
    {
      const std::lock_guard lock(index_.mutex);
      for (const Entry& entry : removed) index_.images.Put(entry);
    }
    Announce(TextOfPuts(removed));
    return tl::make_unexpected(committed.error());
  }
  Stamp(change);
  for (const Entry& entry : removed) removed_paths_.Note(entry.local_path, change.revision);
  Announce(what == RemovalOrder::What::kActor ? TextOfRemovedActor(name) : TextOfRemoved(removed));
  debris.reserve(removed.size());
  const std::lock_guard lock(index_.mutex);
  for (Entry& entry : removed) debris.push_back(TakeDebris(index_.images, std::move(entry)));
  return debris;
}

Result<Removal, StoreError> IndexWriter::RemoveAll() {
  // A swap, however many there are: nobody who looks up a picture waits for them.
  ImageIndex removed;
  {
    const std::lock_guard lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    if (manifest.Totals().entries == 0) return Removal{};
    removed = ImageIndex(manifest.seed());
    removed.Stamp(manifest.revision() + 1, manifest.last_updated_ms());
    std::swap(index_.images, removed);
  }
  ++removals_;
  IndexChange change;
  change.remove_all = true;
  if (auto committed = Commit(change); !committed) {
    {
      const std::lock_guard lock(index_.mutex);
      const std::uint64_t revision = index_.images.manifest().revision();
      std::swap(index_.images, removed);
      // Seen empty at the last revision, so it is another one now.
      index_.images.Stamp(revision + 1, index_.images.manifest().last_updated_ms());
    }
    Announce(std::nullopt);
    return tl::make_unexpected(committed.error());
  }
  Stamp(change);
  removed_paths_.NoteAll(change.revision);
  const ManifestTotals totals = removed.manifest().Totals();
  unlinker_.Add(std::move(removed));
  Announce(TextOfRemovedAll());
  return Removal{.removed = totals.entries, .bytes_freed = totals.size_bytes};
}

std::vector<Entry> IndexWriter::TakeFromMemory(RemovalOrder::What what, const std::string& name) {
  if (what == RemovalOrder::What::kVanishedPath && !IsVanished(name)) return {};
  const std::lock_guard lock(index_.mutex);
  switch (what) {
    case RemovalOrder::What::kKey:
      return index_.images.Remove(name);
    case RemovalOrder::What::kActor:
      return index_.images.RemoveActor(name);
    case RemovalOrder::What::kAll:
      break;  // see RemoveAll
    case RemovalOrder::What::kVanishedPath:
      if (const auto entry = index_.images.FindByPath(name)) {
        return index_.images.Remove(entry->s3_url());
      }
      break;
  }
  return {};
}

bool IndexWriter::MayBeTrusted(const LocalPath& path) const {
  if (removed_paths_.MayHold(path.text())) return true;
  const std::shared_lock lock(index_.mutex);
  return index_.images.FindByPath(path.text()).has_value();
}

bool IndexWriter::IsVanished(const std::string& local_path) {
  Entry file;
  {
    const std::shared_lock lock(index_.mutex);
    const auto entry = index_.images.FindByPath(local_path);
    if (!entry) return false;
    file = index_.images.FileOf(entry->ToEntry());
  }
  const auto path = LocalPath::Parse(file.local_path);
  return !path || home_.folder().IsVanished(*path, file.size_bytes);
}

Result<void, StoreError> IndexWriter::Commit(IndexChange& change) {
  {
    const std::shared_lock lock(index_.mutex);
    const Manifest& manifest = index_.images.manifest();
    // An upper bound of what the manifest will count itself; it is stamped with it afterwards.
    change.revision = manifest.revision() + change.puts.size() + 1;
    change.last_updated_ms = std::max(clock_.NowMs(), manifest.last_updated_ms());
  }
  return Apply(change);
}

Result<void, StoreError> IndexWriter::CommitBookkeeping(BookkeepingOrder& order) {
  if (auto recovered = RecoverIfLost(); !recovered) return recovered;
  IndexChange change;
  change.notes = std::move(order.notes);
  change.checkpoint_revision = order.checkpoint_revision;
  change.revision = index_.committed_revision;
  {
    const std::shared_lock lock(index_.mutex);
    change.last_updated_ms = index_.images.manifest().last_updated_ms();
  }
  auto applied = Apply(change);
  if (applied && order.checkpoint_revision) {
    removed_paths_.ForgetUpTo(*order.checkpoint_revision);
  }
  return applied;
}

std::optional<std::string> IndexWriter::LoadNote(std::string_view name) {
  const std::lock_guard lock(changing_);
  auto note = store_->LoadNote(name);
  if (!note) {
    spdlog::error("the note '{}' of the index cannot be read: {}", name, note.error().detail);
    return std::nullopt;
  }
  return std::move(*note);
}

bool IndexWriter::CommitRevision() {
  IndexChange change;
  {
    const std::shared_lock lock(index_.mutex);
    change.revision = index_.images.manifest().revision();
    change.last_updated_ms = index_.images.manifest().last_updated_ms();
  }
  return change.revision == index_.committed_revision || Apply(change).has_value();
}

Result<void, StoreError> IndexWriter::Apply(const IndexChange& change) {
  changes_.Foresee(change.revision);
  auto applied = store_->Apply(change);
  if (applied) {
    index_.committed_revision = change.revision;
    space_.MeasureHousekeeping();
    return {};
  }
  spdlog::error("the index cannot be written: {}", applied.error().detail);
  const StoreError code = StoreErrorOf(applied.error().code);
  home_.NoteFailedIndex(code);
  return Fail(code, "the index cannot be written: " + applied.error().detail);
}

void IndexWriter::Stamp(const IndexChange& change) {
  const std::lock_guard lock(index_.mutex);
  index_.images.Stamp(change.revision, change.last_updated_ms);
}

void IndexWriter::Announce(ChangeText text) {
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
  {
    const std::shared_lock lock(index_.mutex);
    revision = index_.images.manifest().revision();
    last_updated_ms = index_.images.manifest().last_updated_ms();
  }
  changes_.Append(std::move(text), revision, last_updated_ms);
  on_change_();
}

}  // namespace image_cache
