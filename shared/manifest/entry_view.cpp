#include "shared/manifest/entry_view.h"

namespace image_cache {

bool EntryView::Says(const EntryFields& fields) const {
  return entry_->HasKey(fields.s3_url) && actor_id() == fields.actor_id &&
         filename() == fields.filename && size_bytes() == fields.size_bytes &&
         cached_at_ms() == fields.cached_at_ms && etag() == fields.etag &&
         sha256() == fields.sha256 && local_path() == fields.local_path;
}

Entry EntryView::ToEntry() const {
  Entry entry;
  CopyTo(entry);
  return entry;
}

void EntryView::CopyTo(Entry& entry) const {
  entry.s3_url = s3_url();
  entry.local_path = local_path();
  entry.actor_id = actor_id();
  entry.filename = filename();
  entry.etag = etag();
  entry.sha256 = sha256();
  entry.cached_at_ms = cached_at_ms();
  entry.size_bytes = size_bytes();
}

}  // namespace image_cache
