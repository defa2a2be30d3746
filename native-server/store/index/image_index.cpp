#include "native-server/store/index/image_index.h"

#include "shared/paths/actor_id.h"
#include "shared/paths/local_path.h"

namespace image_cache {

std::optional<Entry> ImageIndex::Put(const EntryFields& entry) {
  const std::uint32_t path_hash = TextHash(entry.local_path, manifest_.seed());
  by_path_.Prefetch(path_hash);
  std::optional<Entry> replaced;
  const EntryView added = manifest_.Put(entry, [&](EntryView existing) {
    replaced = existing.ToEntry();
    Unlink(existing);
  });
  by_path_.Insert(path_hash, added.place());
  return replaced;
}

bool ImageIndex::PutIfSound(const Entry& entry) {
  // Looked at behind the other two: the memory may take its time until then.
  by_path_.Prefetch(TextHash(entry.local_path, manifest_.seed()));
  const bool is_sound = LocalPath::Parse(entry.local_path).has_value() &&
                        IsValidActorId(entry.actor_id) && !FindByPath(entry.local_path);
  if (is_sound) Put(entry);
  return is_sound;
}

void ImageIndex::Reserve(std::size_t entries) {
  manifest_.Reserve(entries);
  by_path_.Reserve(entries);
}

std::vector<Entry> ImageIndex::Remove(std::string_view key) {
  if (const auto existing = manifest_.Find(key)) Unlink(*existing);
  return manifest_.Remove(key);
}

std::vector<Entry> ImageIndex::RemoveActor(std::string_view actor_id) {
  manifest_.ForEachOfActor(actor_id, [this](EntryView entry) { Unlink(entry); });
  return manifest_.RemoveActor(actor_id);
}

Manifest ImageIndex::TakeAll() {
  by_path_.Clear();
  return manifest_.TakeAll();
}

std::optional<EntryView> ImageIndex::FindByPath(std::string_view local_path) const {
  const PackedEntry* found = by_path_.Find(
      TextHash(local_path, manifest_.seed()),
      [local_path](const PackedEntry& entry) { return entry.local_path() == local_path; });
  if (found == nullptr) return std::nullopt;
  return EntryView(found);
}

void ImageIndex::Stamp(std::uint64_t revision, std::int64_t last_updated_ms) {
  if (revision > manifest_.revision()) manifest_.set_revision(revision);
  manifest_.set_last_updated_ms(last_updated_ms);
}

void ImageIndex::Unlink(EntryView entry) {
  by_path_.Erase(TextHash(entry.local_path(), manifest_.seed()), entry.place());
}

}  // namespace image_cache
