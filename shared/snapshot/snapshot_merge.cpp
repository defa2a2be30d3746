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

constexpr std::size_t kFilterSize = 1 << 16;

// Not a path: it begins with a byte that none has.
std::string ContentIdentity(std::uint32_t actor, ContentPath path) {
  std::string identity(1 + sizeof path.content_id + sizeof actor, '\0');
  StoreNumber(identity.data() + 1, path.content_id);
  StoreNumber(identity.data() + 1 + sizeof path.content_id,
              actor << 8 | static_cast<std::uint32_t>(path.type));
  return identity;
}

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
  auto bytes = std::make_unique<const std::string>(writer.Finish(with_checksum));
  const SnapshotView view = SnapshotView::OpenWritten(*bytes);
  Adopt(std::move(bytes), view);
}

void SnapshotTable::Adopt(std::unique_ptr<const std::string> bytes, const SnapshotView& view) {
  bytes_ = std::move(bytes);
  base_ = view;
  overlay_ = SnapshotOverlay();
  actor_states_ = {};
  new_actors_.clear();
  new_actor_ids_.clear();
  totals_ = view.Totals();
}

// What tells the paths of two records apart, without putting together a path that nobody asks for.
std::string SnapshotTable::PathIdentity(const Found& found) const {
  if (found.record.is_extra()) return std::string(ExtraOf(found).local_path);
  return ContentIdentity(found.record.actor, {.content_id = found.record.content_id,
                                              .type = static_cast<ImageType>(found.record.type())});
}

std::string SnapshotTable::HasPaths(const std::vector<std::string_view>& paths) const {
  std::map<std::string, std::uint32_t, std::less<>> is_there;
  std::vector<std::string> identities;
  std::string might_be_there(kFilterSize, '\0');
  for (const std::string_view path : paths) {
    is_there.emplace(path, 0);
    identities.emplace_back();
    const Result<LocalPath, PathError> local_path = LocalPath::Parse(path);
    if (!local_path) continue;
    const auto actor = FindActor(local_path->actor_id());
    const auto content = ParseContentPath(path, local_path->actor_id());
    if (!actor || !content) continue;
    identities.back() = ContentIdentity(*actor, *content);
    is_there.emplace(identities.back(), 0);
    might_be_there[content->content_id % kFilterSize] = 1;
  }
  ForEachAlive([&](const Found& found) {
    const bool is_told_by_content = !found.record.is_extra();
    if (is_told_by_content && might_be_there[found.record.content_id % kFilterSize] == 0) return;
    const auto asked = is_there.find(PathIdentity(found));
    if (asked != is_there.end()) asked->second = 1;
  });
  std::string answers;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool is_known = is_there.find(paths[i])->second != 0 ||
                          (!identities[i].empty() && is_there.find(identities[i])->second != 0);
    answers += is_known ? '1' : '0';
  }
  return answers;
}

}  // namespace image_cache
