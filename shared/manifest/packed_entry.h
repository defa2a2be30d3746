// An entry as the manifest keeps it: one block of memory, a header and behind it the texts, packed.
//
// Internal to the manifest, which owns it and links it to its actor; others read it through an
// EntryView. It never changes: a replaced entry is another block.
//
//   header (52 bytes) | key | filename, unless the key ends in it | ETag | SHA-256 | local path
//
// A typical one (URL of 75 bytes, S3's ETag of an MD5 sum, a path of the form that LocalPath::Make
// gives) takes 183 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "shared/manifest/entry_fields.h"

namespace image_cache {

class PackedEntry;

// What the manifest knows of an actor: its entries, as a list through themselves.
struct ManifestActor {
  std::string actor_id;
  PackedEntry* first = nullptr;
  std::size_t entries = 0;
  std::uint64_t size_bytes = 0;
};

class PackedEntry {
 public:
  struct Deleter {
    void operator()(PackedEntry* entry) const;
  };
  using Pointer = std::unique_ptr<PackedEntry, Deleter>;

  // REQUIRES: the actor is the one that the fields name and outlives the entry; the key is no
  // longer than kMaxUrlBytes, the other texts are shorter than 4 GiB.
  [[nodiscard]] static Pointer Make(const EntryFields& fields, ManifestActor& actor);

  PackedEntry(const PackedEntry&) = delete;
  PackedEntry& operator=(const PackedEntry&) = delete;

  [[nodiscard]] std::string_view s3_url() const { return {texts(), key_bytes_}; }
  [[nodiscard]] std::string_view filename() const;
  [[nodiscard]] std::string etag() const;
  [[nodiscard]] std::string sha256() const;
  [[nodiscard]] std::string local_path() const;
  [[nodiscard]] std::int64_t cached_at_ms() const { return cached_at_ms_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] ManifestActor& actor() const { return *actor_; }

  // The manifest's: the neighbours in the actor's list.
  PackedEntry* previous = nullptr;
  PackedEntry* next = nullptr;

 private:
  struct Layout;
  PackedEntry(const EntryFields& fields, const Layout& layout, ManifestActor& actor);
  ~PackedEntry() = default;

  [[nodiscard]] const char* texts() const;
  [[nodiscard]] const char* etag_bytes() const;
  [[nodiscard]] const char* sha256_bytes() const;

  ManifestActor* actor_;
  std::int64_t cached_at_ms_;
  std::uint64_t size_bytes_;
  std::uint32_t filename_bytes_;
  std::uint32_t etag_bytes_;
  std::uint16_t key_bytes_;
  std::uint8_t forms_;  // of the texts: see packed_entry.cpp
  std::uint8_t type_;   // of the picture, by its local path
};

}  // namespace image_cache
