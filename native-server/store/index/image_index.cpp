#include "native-server/store/index/image_index.h"

#include <utility>

#include "native-server/store/proof/unproven.h"
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
  forms_.clear();
  compressed_ = {};
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

const CompressedForm* ImageIndex::FormOf(std::string_view local_path) const {
  if (forms_.empty()) return nullptr;
  const auto found = forms_.find(Unproven::HashOf(local_path));
  return found == forms_.end() ? nullptr : &found->second;
}

void ImageIndex::SetForm(std::string_view local_path, const CompressedForm& form) {
  (void)TakeForm(local_path);
  forms_.emplace(Unproven::HashOf(local_path), form);
  ++compressed_.entries;
  compressed_.original_bytes += form.original_bytes;
  compressed_.stored_bytes += form.size_bytes;
}

std::optional<CompressedForm> ImageIndex::TakeForm(std::string_view local_path) {
  if (forms_.empty()) return std::nullopt;
  auto taken = forms_.extract(Unproven::HashOf(local_path));
  if (taken.empty()) return std::nullopt;
  --compressed_.entries;
  compressed_.original_bytes -= taken.mapped().original_bytes;
  compressed_.stored_bytes -= taken.mapped().size_bytes;
  return taken.mapped();
}

Entry ImageIndex::FileOf(Entry entry) const {
  const CompressedForm* form = FormOf(entry.local_path);
  return form == nullptr ? std::move(entry) : AsFile(std::move(entry), *form);
}

std::optional<std::string> ImageIndex::PathOfFile(std::string_view file) const {
  if (FindByPath(file)) {
    return FormOf(file) == nullptr ? std::optional(std::string(file)) : std::nullopt;
  }
  if (!file.ends_with(kCompressedSuffix)) return std::nullopt;
  file.remove_suffix(kCompressedSuffix.size());
  return FormOf(file) != nullptr && FindByPath(file) ? std::optional(std::string(file))
                                                     : std::nullopt;
}

void ImageIndex::Unlink(EntryView entry) {
  by_path_.Erase(TextHash(entry.local_path(), manifest_.seed()), entry.place());
}

}  // namespace image_cache
