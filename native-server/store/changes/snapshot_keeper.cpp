#include "native-server/store/changes/snapshot_keeper.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <shared_mutex>
#include <stdexcept>
#include <utility>

#include "native-server/store/index/sqlite_snapshot.h"
#include "shared/snapshot/apply_changes.h"
#include "shared/snapshot/epoch.h"

namespace image_cache {
namespace {

// Of an epoch rather than of a run: after a clean stop the same revision has the same bytes again,
// and a page that has them is answered 304. Nobody can guess it before the index is made.
HashSeed SeedOf(std::string_view epoch) {
  return {.first = SipHash13(epoch, {}), .second = SipHash13(epoch, {.first = 1, .second = 0})};
}

std::string HashOfForm(const S3Addressing& addressing) {
  std::string form = std::to_string(kSnapshotVersion);
  if (addressing.endpoint) form += addressing.endpoint->Origin();
  if (addressing.path_style) form += " path style";
  return fmt::format("{:08x}", TextHash(form, {}));
}

void PutInto(SnapshotTable& table, const Entry& entry) {
  // What is not put for want of an actor's number is looked up in vain, which loads it from S3.
  (void)table.Put(entry.s3_url, entry.local_path, entry.actor_id, entry.size_bytes);
}

}  // namespace

SnapshotKeeper::SnapshotKeeper(Source source)
    : source_(std::move(source)),
      form_(HashOfForm(source_.addressing)),
      keys_(source_.addressing) {}

std::string SnapshotKeeper::EtagOf(std::uint64_t revision) const {
  return fmt::format("\"{}-{}-snapshot-{}\"", source_.changes.epoch(), revision, form_);
}

SnapshotStats SnapshotKeeper::Stats() const {
  return {.bytes = bytes_, .builds = builds_, .writes = writes_};
}

std::shared_ptr<const ManifestSnapshot> SnapshotKeeper::Current() {
  const std::lock_guard lock(mutex_);
  if (!table_ || !CatchUp()) {
    Build();
    // Should the log have moved on further meanwhile, this is a snapshot of its revision all the
    // same.
    (void)CatchUp();
  }
  const std::uint64_t revision = table_->info().revision;
  if (current_ == nullptr || current_->revision != revision) {
    current_.reset();  // before another is made: nobody may be sending it
    current_ = std::make_shared<const ManifestSnapshot>(
        ManifestSnapshot{.bytes = std::make_shared<const std::string>(table_->Write()),
                         .etag = EtagOf(revision),
                         .revision = revision});
    bytes_ = current_->bytes->size();
    ++writes_;
  }
  return current_;
}

bool SnapshotKeeper::CatchUp() {
  const ChangesSince since = source_.changes.Since(table_->info().revision);
  if (since.is_full) return false;
  for (const auto& group : since.groups) {
    const std::string json = fmt::format(R"({{"since":{},"revision":{},"changes":[{}]}})",
                                         group->since, group->revision, *group->text);
    if (const auto applied = ApplyChanges(json, keys_, *table_); !applied) {
      spdlog::error("a change is not understood, so the snapshot is made anew: {}",
                    applied.error().detail);
      return false;
    }
    table_->set_revision(table_->info().epoch, group->revision, group->last_updated_ms);
  }
  return true;
}

void SnapshotKeeper::Build() {
  current_.reset();
  table_.reset();
  std::size_t entries = 0;
  {
    const std::shared_lock lock(source_.index.mutex);
    entries = source_.index.images.manifest().Totals().entries;
  }
  table_ = entries > source_.max_entries_in_memory ? ReadDisk() : ReadMemory();
  ++builds_;
}

SnapshotTable SnapshotKeeper::EmptyTable(std::uint64_t revision,
                                         std::int64_t last_updated_ms) const {
  const std::string& epoch = source_.changes.epoch();
  return SnapshotTable({.epoch = ParseEpoch(epoch),
                        .revision = revision,
                        .last_updated_ms = last_updated_ms,
                        .seed = SeedOf(epoch),
                        .addressing = source_.addressing});
}

SnapshotTable SnapshotKeeper::ReadMemory() const {
  const std::shared_lock lock(source_.index.mutex);
  const Manifest& manifest = source_.index.images.manifest();
  SnapshotTable table = EmptyTable(manifest.revision(), manifest.last_updated_ms());
  Entry entry;
  manifest.ForEach([&](EntryView view) {
    view.CopyTo(entry);
    PutInto(table, entry);
  });
  return table;
}

SnapshotTable SnapshotKeeper::ReadDisk() const {
  SnapshotTable table;
  const auto read = ReadSnapshot(
      source_.folder.PathOf(kIndexFile),
      [&](const SnapshotState& state) {
        table = EmptyTable(state.revision, state.last_updated_ms);
        return true;
      },
      [&](const Entry& entry) {
        PutInto(table, entry);
        return true;
      });
  if (!read) throw std::runtime_error("the index cannot be read: " + read.error().detail);
  return table;
}

}  // namespace image_cache
