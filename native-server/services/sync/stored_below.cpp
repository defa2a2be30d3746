#include "native-server/services/sync/stored_below.h"

#include <algorithm>

#include "shared/fnv1a.h"
#include "shared/keys/cache_key.h"
#include "shared/keys/percent_encoding.h"

namespace image_cache {
namespace {

// Empty when the bucket is none that can be asked for.
std::string CommonKeyPrefix(const BucketFolder& folder, const S3Addressing& addressing) {
  constexpr std::string_view kAnyName = "x";
  auto key = MakeCacheKey(ListedObjectUrl(folder.bucket, folder.prefix + std::string(kAnyName)),
                          addressing);
  if (!key) return {};
  key->resize(key->size() - kAnyName.size());
  return std::move(*key);
}

}  // namespace

template <typename Visit>
void StoredBelow::VisitEntries(const Visit& visit) const {
  if (key_prefix_.empty()) return;
  for (const StoreStats::Actor& actor : store_.Stats().actors) {
    store_.VisitActor(actor.actor_id, [&](const Entry& entry) {
      if (entry.s3_url.starts_with(key_prefix_)) visit(entry);
    });
  }
}

StoredBelow::StoredBelow(Store& store, const BucketFolder& folder, const S3Addressing& addressing)
    : store_(store),
      addressing_(addressing),
      folder_(folder),
      key_prefix_(CommonKeyPrefix(folder, addressing)) {
  VisitEntries([this](const Entry& entry) { stored_.push_back(Fnv1a(entry.s3_url)); });
  std::sort(stored_.begin(), stored_.end());
  listed_.resize(stored_.size());
}

// Two keys of one hash, which will hardly ever be, are listed when one of them is: so a picture is
// kept rather than lost.
void StoredBelow::NoteListed(std::string_view key) {
  const auto [first, last] = std::equal_range(stored_.begin(), stored_.end(), Fnv1a(key));
  for (auto found = first; found != last; ++found) listed_[found - stored_.begin()] = true;
}

std::vector<Entry> StoredBelow::NotListed() const {
  std::vector<Entry> entries;
  if (std::find(listed_.begin(), listed_.end(), false) == listed_.end()) return entries;
  VisitEntries([&](const Entry& entry) {
    const std::uint64_t hash = Fnv1a(entry.s3_url);
    const auto found = std::lower_bound(stored_.begin(), stored_.end(), hash);
    // What came meanwhile is not among the stored ones: the listing may have been past it.
    if (found == stored_.end() || *found != hash || listed_[found - stored_.begin()]) return;
    entries.push_back(entry);
  });
  std::erase_if(entries, [this](const Entry& entry) { return !IsListable(entry.s3_url); });
  return entries;
}

// The key of the object that a listing would name so must be this one: a literal '+' is a blank for
// some servers, and a query asks for something else than the newest version.
bool StoredBelow::IsListable(const std::string& key) const {
  const std::string name = PercentDecode(std::string_view(key).substr(key_prefix_.size()));
  const auto listed =
      MakeCacheKey(ListedObjectUrl(folder_.bucket, folder_.prefix + name), addressing_);
  return listed && *listed == key;
}

}  // namespace image_cache
