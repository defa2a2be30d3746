#include "native-server/store/index/image_index.h"

#include <functional>

namespace image_cache {

std::size_t ImageIndex::PathHash::operator()(std::string_view path) const {
  return std::hash<std::string_view>{}(path);
}

void ImageIndex::Unlink(const Entry& entry) {
  if (const auto found = by_path_.find(std::string_view(entry.local_path));
      found != by_path_.end()) {
    by_path_.erase(found);
  }
}

std::optional<Entry> ImageIndex::Put(Entry entry) {
  std::optional<Entry> replaced;
  if (const Entry* existing = manifest_.Find(entry.s3_url)) {
    replaced = *existing;
    Unlink(*existing);
  }
  const std::string key = entry.s3_url;
  manifest_.Put(std::move(entry));
  by_path_.insert(manifest_.Find(key));
  return replaced;
}

std::vector<Entry> ImageIndex::Remove(std::string_view key) {
  if (const Entry* existing = manifest_.Find(key)) Unlink(*existing);
  return manifest_.Remove(key);
}

std::vector<Entry> ImageIndex::RemoveActor(std::string_view actor_id) {
  manifest_.ForEachOfActor(actor_id, [this](const Entry& entry) { Unlink(entry); });
  return manifest_.RemoveActor(actor_id);
}

std::vector<Entry> ImageIndex::Clear() {
  by_path_.clear();
  return manifest_.Clear();
}

const Entry* ImageIndex::FindByPath(std::string_view local_path) const {
  const auto found = by_path_.find(local_path);
  return found == by_path_.end() ? nullptr : *found;
}

void ImageIndex::Stamp(std::uint64_t revision, std::int64_t last_updated_ms) {
  if (revision > manifest_.revision()) manifest_.set_revision(revision);
  manifest_.set_last_updated_ms(last_updated_ms);
}

}  // namespace image_cache
