// An entry of a manifest, looked at in its place: as large as a pointer, copies nothing until
// asked.
//
// Given by a Manifest (and by what is built on one); valid until that entry is replaced or removed,
// or the manifest moves on. Texts that are kept packed come as strings, the others as views into
// the manifest. Two views are equal when they are of one place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/manifest/entry.h"
#include "shared/manifest/entry_fields.h"
#include "shared/manifest/packed_entry.h"

namespace image_cache {

class EntryView {
 public:
  explicit EntryView(const PackedEntry* entry) : entry_(entry) {}

  [[nodiscard]] std::string s3_url() const { return entry_->s3_url(); }
  [[nodiscard]] std::string_view actor_id() const { return entry_->actor().actor_id; }
  [[nodiscard]] std::string_view filename() const { return entry_->filename(); }
  [[nodiscard]] std::string local_path() const { return entry_->local_path(); }
  [[nodiscard]] std::string etag() const { return entry_->etag(); }
  [[nodiscard]] std::string sha256() const { return entry_->sha256(); }
  [[nodiscard]] std::int64_t cached_at_ms() const { return entry_->cached_at_ms(); }
  [[nodiscard]] std::uint64_t size_bytes() const { return entry_->size_bytes(); }

  [[nodiscard]] bool Says(const EntryFields& fields) const;  // the same in every field
  [[nodiscard]] Entry ToEntry() const;
  void CopyTo(Entry& entry) const;  // uses the room that its strings have: for one after another

  // For an index over the manifest's entries.
  [[nodiscard]] const PackedEntry* place() const { return entry_; }

  friend bool operator==(EntryView a, EntryView b) { return a.entry_ == b.entry_; }

 private:
  const PackedEntry* entry_;
};

// For who visits whole entries: copies each to the same Entry and shows it.
template <typename Visit>
[[nodiscard]] auto AsEntries(const Visit& visit) {
  return [&visit, entry = Entry()](EntryView view) mutable {
    view.CopyTo(entry);
    visit(entry);
  };
}

}  // namespace image_cache
