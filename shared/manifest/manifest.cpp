#include "shared/manifest/manifest.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace image_cache {

Manifest::~Manifest() {
  by_key_.ForEach([](PackedEntry& entry) { PackedEntry::Deleter()(&entry); });
  actors_.ForEach([](ManifestActor& actor) { delete &actor; });
}

Manifest& Manifest::operator=(Manifest&& other) noexcept {
  Manifest moved(std::move(other));
  Swap(moved);
  return *this;
}

EntryView Manifest::Put(const EntryFields& entry, const std::function<void(EntryView)>& replacing) {
  const std::uint32_t hash = TextHash(entry.s3_url, seed_);
  if (PackedEntry* existing = FindEntry(entry.s3_url, hash)) {
    if (replacing) replacing(EntryView(existing));
    if (EntryView(existing).Says(entry)) return EntryView(existing);
    Take(existing);
  }
  ++revision_;
  return EntryView(Insert(entry, hash));
}

std::vector<Entry> Manifest::Remove(std::string_view key) {
  std::vector<Entry> removed;
  const std::uint32_t hash = TextHash(key, seed_);
  if (PackedEntry* entry = FindEntry(key, hash)) {
    removed.push_back(EntryView(entry).ToEntry());
    Take(entry);
    ++revision_;
  }
  return removed;
}

std::vector<Entry> Manifest::RemoveActor(std::string_view actor_id) {
  std::vector<Entry> removed;
  const ManifestActor* actor = FindActor(actor_id, TextHash(actor_id, seed_));
  if (actor == nullptr) return removed;
  removed.reserve(actor->entries);
  // The actor goes with its last entry, so its count is asked for no more.
  for (std::size_t left = actor->entries; left > 0; --left) {
    PackedEntry* entry = actor->first;
    removed.push_back(EntryView(entry).ToEntry());
    Take(entry);
  }
  ++revision_;
  return removed;
}

Manifest Manifest::TakeAll() {
  Manifest taken(seed_);
  Swap(taken);
  set_revision(taken.revision() + (taken.Totals().entries > 0 ? 1 : 0));
  set_last_updated_ms(taken.last_updated_ms());
  return taken;
}

std::optional<EntryView> Manifest::Find(std::string_view key) const {
  const PackedEntry* entry = FindEntry(key, TextHash(key, seed_));
  if (entry == nullptr) return std::nullopt;
  return EntryView(entry);
}

ManifestTotals Manifest::ActorTotals(std::string_view actor_id) const {
  const ManifestActor* actor = FindActor(actor_id, TextHash(actor_id, seed_));
  if (actor == nullptr) return {};
  return {.entries = actor->entries, .size_bytes = actor->size_bytes};
}

std::vector<std::string> Manifest::ActorIds() const {
  std::vector<std::string> ids;
  ids.reserve(actors_.size());
  actors_.ForEach([&ids](const ManifestActor& actor) { ids.push_back(actor.actor_id); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

void Manifest::ForEach(const std::function<void(EntryView)>& visit) const {
  by_key_.ForEach([&visit](const PackedEntry& entry) { visit(EntryView(&entry)); });
}

void Manifest::ForEachOfActor(std::string_view actor_id,
                              const std::function<void(EntryView)>& visit) const {
  const ManifestActor* actor = FindActor(actor_id, TextHash(actor_id, seed_));
  if (actor == nullptr) return;
  for (const PackedEntry* entry = actor->first; entry != nullptr; entry = entry->next) {
    visit(EntryView(entry));
  }
}

PackedEntry* Manifest::FindEntry(std::string_view key, std::uint32_t hash) const {
  return by_key_.Find(hash, [key](const PackedEntry& entry) { return entry.HasKey(key); });
}

ManifestActor* Manifest::FindActor(std::string_view actor_id, std::uint32_t hash) const {
  return actors_.Find(
      hash, [actor_id](const ManifestActor& actor) { return actor.actor_id == actor_id; });
}

PackedEntry* Manifest::Insert(const EntryFields& fields, std::uint32_t hash) {
  const std::uint32_t actor_hash = TextHash(fields.actor_id, seed_);
  ManifestActor* actor = FindActor(fields.actor_id, actor_hash);
  if (actor == nullptr) {
    auto added = std::make_unique<ManifestActor>();
    added->actor_id = fields.actor_id;
    actors_.Insert(actor_hash, added.get());
    actor = added.release();
  }
  KeyPrefix* prefix = prefixes_.Acquire(fields.s3_url);
  PackedEntry::Pointer added =
      PackedEntry::Make(fields, {.actor = actor, .prefix = prefix, .key_hash = hash});
  by_key_.Insert(hash, added.get());
  PackedEntry* entry = added.release();
  entry->next = actor->first;
  if (entry->next != nullptr) entry->next->previous = entry;
  actor->first = entry;
  actor->entries += 1;
  actor->size_bytes += entry->size_bytes();
  totals_.entries += 1;
  totals_.size_bytes += entry->size_bytes();
  return entry;
}

void Manifest::Take(PackedEntry* entry) {
  const PackedEntry::Pointer taken(entry);
  by_key_.Erase(entry->key_hash(), entry);
  prefixes_.Release(entry->prefix());
  ManifestActor* actor = &entry->actor();
  if (entry->next != nullptr) entry->next->previous = entry->previous;
  (entry->previous != nullptr ? entry->previous->next : actor->first) = entry->next;
  actor->entries -= 1;
  actor->size_bytes -= entry->size_bytes();
  totals_.entries -= 1;
  totals_.size_bytes -= entry->size_bytes();
  if (actor->first != nullptr) return;
  actors_.Erase(TextHash(actor->actor_id, seed_), actor);
  delete actor;
}

void Manifest::Swap(Manifest& other) noexcept {
  std::swap(seed_, other.seed_);
  std::swap(prefixes_, other.prefixes_);
  std::swap(by_key_, other.by_key_);
  std::swap(actors_, other.actors_);
  std::swap(totals_, other.totals_);
  std::swap(revision_, other.revision_);
  std::swap(last_updated_ms_, other.last_updated_ms_);
}

}  // namespace image_cache
