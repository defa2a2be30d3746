#include "native-server/store/publication.h"

#include <cstdint>

#include "native-server/store/sha256.h"

namespace image_cache {
namespace {

// Of the key too: the same picture under two keys is two files, which come and go apart.
std::uint64_t ContentId(const std::string& key, const Sha256Digest& content) {
  Sha256 hasher;
  hasher.Update(key);
  hasher.Update(std::string_view("\0", 1));
  hasher.Update(
      {reinterpret_cast<const char*>(content.data()), content.size()});  // NOLINT: bytes are bytes
  const Sha256Digest digest = hasher.Finish();
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < sizeof id; ++i) id = id << 8 | digest[i];
  return id;
}

}  // namespace

Result<Entry, StoreError> Place(Publication& publication, CacheFolder& folder, std::int64_t now_ms,
                                const std::function<bool(const LocalPath&)>& may_be_trusted) {
  const auto identity = publication.image->Finish();
  if (!identity) return tl::make_unexpected(identity.error());
  const NewEntry& known = publication.entry;
  const LocalPath path =
      LocalPath::Make(known.actor_id, ContentId(known.key, identity->sha256), identity->type);
  if (may_be_trusted(path)) {
    if (auto synced = publication.image->file().Sync(); !synced) {
      return tl::make_unexpected(synced.error());
    }
  }
  if (auto placed = folder.PlaceImage(publication.image->file(), path); !placed) {
    return tl::make_unexpected(placed.error());
  }
  return Entry{.s3_url = known.key,
               .local_path = path.text(),
               .actor_id = known.actor_id,
               .filename = known.filename,
               .etag = known.etag,
               .sha256 = ToHex(identity->sha256),
               .cached_at_ms = now_ms,
               .size_bytes = publication.image->size_bytes()};
}

}  // namespace image_cache
