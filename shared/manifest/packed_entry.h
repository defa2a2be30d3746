// An entry as the manifest keeps it: one block of memory, a header and behind it the texts, packed.
//
// Internal to the manifest, which owns it and links it to its actor; others read it through an
// EntryView. It never changes: a replaced entry is another block.
//
//   header (64 bytes) | key without its prefix | filename, unless the key ends in it | ETag |
//   SHA-256 | local path
//
// A typical one (URL of 75 bytes, half of it prefix; a filename that the URL ends in; S3's ETag of
// an MD5 sum; a path of the form that LocalPath::Make gives) takes 160 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "shared/manifest/entry_fields.h"
#include "shared/manifest/key_prefixes.h"

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

  // What the manifest has found out about where the entry belongs.
  struct Place {
    ManifestActor* actor;
    KeyPrefix* prefix;  // null: the key is kept whole
    std::uint32_t key_hash;
  };

  // REQUIRES: the actor is the one that the fields name, the key begins with the prefix, and both
  // outlive the entry; the key is no longer than kMaxUrlBytes, the other texts shorter than 4 GiB.
  [[nodiscard]] static Pointer Make(const EntryFields& fields, const Place& place);

  PackedEntry(const PackedEntry&) = delete;
  PackedEntry& operator=(const PackedEntry&) = delete;

  [[nodiscard]] std::string s3_url() const;
  [[nodiscard]] bool HasKey(std::string_view key) const;  // s3_url() == key, without making it
  [[nodiscard]] std::string_view filename() const;
  [[nodiscard]] std::string etag() const;
  [[nodiscard]] std::string sha256() const;
  [[nodiscard]] std::string local_path() const;
  [[nodiscard]] std::int64_t cached_at_ms() const { return cached_at_ms_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] ManifestActor& actor() const { return *actor_; }
  [[nodiscard]] KeyPrefix* prefix() const { return prefix_; }
  [[nodiscard]] std::uint32_t key_hash() const { return key_hash_; }

  // The manifest's: the neighbours in the actor's list.
  PackedEntry* previous = nullptr;
  PackedEntry* next = nullptr;

 private:
  struct Layout;
  PackedEntry(const EntryFields& fields, const Layout& layout, const Place& place);
  ~PackedEntry() = default;

  [[nodiscard]] const char* texts() const;
  [[nodiscard]] const char* etag_bytes() const;
  [[nodiscard]] const char* sha256_bytes() const;

  ManifestActor* actor_;
  KeyPrefix* prefix_;
  std::uint32_t key_hash_;
  std::uint16_t tail_bytes_;  // of the key, without the prefix
  std::uint8_t forms_;        // of the texts: see packed_entry.cpp
  std::uint8_t type_;         // of the picture, by its local path
  std::int64_t cached_at_ms_;
  std::uint64_t size_bytes_;
  std::uint32_t filename_bytes_;
  std::uint32_t etag_bytes_;
};

}  // namespace image_cache
