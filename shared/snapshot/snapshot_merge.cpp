// How a SnapshotTable becomes bytes: everything alive in the order of the hashes, counted once and
// then written once.
#include <algorithm>
#include <iterator>
#include <utility>

#include "shared/paths/content_path.h"
#include "shared/paths/local_path.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {
namespace {

constexpr std::size_t kFilterBits = 1 << 16;

}  // namespace

template <typename Visit>
void SnapshotTable::ForEachAlive(const Visit& visit) const {
  const std::vector<const SnapshotOverlay::Change*> changes = overlay_.InOrder();
  auto change = changes.begin();
  const auto visit_change = [&] {
    const SnapshotOverlay::Change& next = **change++;
    if (next.kind == SnapshotOverlay::Change::Kind::kPut &&
        next.generation == actor_states_[next.record.actor].generation) {
      visit(Found{.record = next.record, .is_in_overlay = true});
    }
  };

  const std::uint32_t buckets = base_.entries() == 0 ? 0 : 1U << base_.bucket_bits();
  std::uint32_t index = 0;
  std::optional<std::uint64_t> last_hash;
  for (std::uint32_t bucket = 0; bucket < buckets; ++bucket) {
    const auto [first, last] = base_.Bucket(bucket);
    for (index = std::max(index, first); index < last; ++index) {
      const SnapshotRecord record = base_.Record(index, bucket);
      if (last_hash && record.hash <= *last_hash) continue;  // not in order: not one of ours
      last_hash = record.hash;
      while (change != changes.end() && (*change)->record.hash < record.hash) visit_change();
      if (change != changes.end() && (*change)->record.hash == record.hash) {
        visit_change();
      } else if (IsAliveInBase(record)) {
        visit(Found{.record = record, .is_in_overlay = false});
      }
    }
  }
  while (change != changes.end()) visit_change();
}

struct SnapshotTable::Counts {
  SnapshotWriter::Plan plan;
  std::vector<std::uint32_t> new_numbers;  // of the actors, by their old ones
};

SnapshotTable::Counts SnapshotTable::CountAlive() const {
  Counts counts;
  std::vector<ManifestTotals> totals(base_.actors() + new_actor_ids_.size());
  ForEachAlive([&](const Found& found) {
    ManifestTotals& actor = totals[found.record.actor];
    ++actor.entries;
    actor.size_bytes += SizeOf(found);
    if (found.record.is_extra()) {
      counts.plan.extra_bytes += SnapshotWriter::ExtraBytes(ExtraOf(found).local_path);
    }
  });

  // Those of the bytes are in order, and so is the map of the new ones.
  counts.new_numbers.resize(totals.size());
  const auto add = [&](std::uint32_t actor, std::string_view id) {
    if (totals[actor].entries == 0) return;
    counts.new_numbers[actor] = static_cast<std::uint32_t>(counts.plan.actors.size());
    counts.plan.actors.push_back({.id = id, .totals = totals[actor]});
    counts.plan.totals.entries += totals[actor].entries;
    counts.plan.totals.size_bytes += totals[actor].size_bytes;
  };
  auto added = new_actors_.begin();
  for (std::uint32_t actor = 0; actor < base_.actors(); ++actor) {
    const std::string_view id = base_.ActorAt(actor).id;
    for (; added != new_actors_.end() && added->first < id; ++added) {
      add(added->second, added->first);
    }
    add(actor, id);
  }
  for (; added != new_actors_.end(); ++added) add(added->second, added->first);
  return counts;
}

void SnapshotTable::Merge(bool with_checksum) {
  const Counts counts = CountAlive();
  SnapshotWriter writer(info_, counts.plan);
  ForEachAlive([&](const Found& found) {
    SnapshotRecord record = found.record;
    record.actor = counts.new_numbers[record.actor];
    const SnapshotView::Extra extra = ExtraOf(found);
    writer.Add(record, record.is_extra() ? &extra : nullptr);
  });
  auto bytes = std::make_shared<const std::string>(writer.Finish(with_checksum));
  const SnapshotView view = SnapshotView::OpenWritten(*bytes);
  Adopt(std::move(bytes), view);
}

void SnapshotTable::Adopt(std::shared_ptr<const std::string> bytes, const SnapshotView& view) {
  bytes_ = std::move(bytes);
  base_ = view;
  overlay_ = SnapshotOverlay();
  actor_states_ = {};
  new_actors_.clear();
  new_actor_ids_.clear();
  totals_ = view.Totals();
}

std::vector<char> SnapshotTable::HasPaths(const std::vector<std::string_view>& paths) const {
  // By content id, since no path is put together for a record that nobody asks for.
  std::multimap<std::uint64_t, std::size_t> by_content;
  std::multimap<std::string_view, std::size_t> by_text;
  std::vector<char> might_have(kFilterBits);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    by_text.emplace(paths[i], i);
    const Result<LocalPath, PathError> path = LocalPath::Parse(paths[i]);
    const auto content = path ? ParseContentPath(paths[i], path->actor_id()) : std::nullopt;
    if (!content) continue;
    by_content.emplace(content->content_id, i);
    might_have[content->content_id % kFilterBits] = 1;
  }

  std::vector<char> has(paths.size());
  std::string text;
  ForEachAlive([&](const Found& found) {
    if (found.record.is_extra()) {
      const auto [first, last] = by_text.equal_range(ExtraOf(found).local_path);
      for (auto it = first; it != last; ++it) has[it->second] = 1;
      return;
    }
    if (!might_have[found.record.content_id % kFilterBits]) return;
    const auto [first, last] = by_content.equal_range(found.record.content_id);
    if (first == last) return;
    text.clear();
    AppendPathOf(found, text);
    for (auto it = first; it != last; ++it) {
      if (paths[it->second] == text) has[it->second] = 1;
    }
  });
  return has;
}

}  // namespace image_cache
