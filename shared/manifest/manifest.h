// The manifest: which pictures are cached, by key and by actor.
//
// Plain data with indexes; no I/O, no clock, no lock. The native server wraps it in a lock, the
// WebAssembly module uses it as it is. Every operation is O(1) on average; listing is O(answer),
// and so is removing an actor. Looking up makes no copy of the key. Movable, not copyable.
//
// An entry is one packed block (packed_entry.h), about 176 bytes with the allocator's own; each
// table that finds it adds 16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/entry.h"
#include "shared/manifest/entry_fields.h"
#include "shared/manifest/entry_view.h"
#include "shared/manifest/manifest_totals.h"
#include "shared/manifest/packed_entry.h"
#include "shared/manifest/pointer_table.h"
#include "shared/manifest/text_hash.h"

namespace image_cache {

class Manifest {
 public:
  // A seed that nobody can guess, where strangers choose the keys (see text_hash.h).
  explicit Manifest(HashSeed seed = {}) : seed_(seed) {}
  ~Manifest();
  Manifest(Manifest&& other) noexcept : Manifest() { Swap(other); }
  Manifest& operator=(Manifest&& other) noexcept;

  // Adds the entry, or replaces the one with the same key (also when it changes actor).
  // REQUIRES: entry.s3_url is a cache key and entry.actor_id a valid id; the fields are not views
  // into the entry that is replaced.
  // The revision grows by one, unless the very same entry is already there. `replacing` is called
  // with the entry that goes, while it is still there, or with the very same one.
  EntryView Put(const EntryFields& entry, const std::function<void(EntryView)>& replacing = {});
  EntryView Put(const Entry& entry) { return Put(EntryFields::Of(entry)); }
  // Makes room for so many entries in all.
  void Reserve(std::size_t entries) { by_key_.Reserve(entries); }

  // The removed entries; empty when there were none. The revision grows by one if any was removed.
  std::vector<Entry> Remove(std::string_view key);
  std::vector<Entry> RemoveActor(std::string_view actor_id);
  // Everything, in O(1): to be looked through and destroyed where nobody waits for it. It has this
  // one's revision; this one's grows by one if there was anything.
  Manifest TakeAll();

  // Nothing when not there. Valid until the next change of that entry.
  [[nodiscard]] std::optional<EntryView> Find(std::string_view key) const;

  [[nodiscard]] ManifestTotals Totals() const { return totals_; }
  [[nodiscard]] ManifestTotals ActorTotals(std::string_view actor_id) const;
  [[nodiscard]] std::vector<std::string> ActorIds() const;  // sorted

  // In no particular order. REQUIRES: `visit` does not change the manifest.
  void ForEach(const std::function<void(EntryView)>& visit) const;
  void ForEachOfActor(std::string_view actor_id, const std::function<void(EntryView)>& visit) const;

  // Grows with every change; the same within one run means the same content.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  void set_revision(std::uint64_t revision) { revision_ = revision; }

  [[nodiscard]] std::int64_t last_updated_ms() const { return last_updated_ms_; }
  void set_last_updated_ms(std::int64_t ms) { last_updated_ms_ = ms; }

  [[nodiscard]] HashSeed seed() const { return seed_; }

 private:
  [[nodiscard]] PackedEntry* FindEntry(std::string_view key, std::uint32_t hash) const;
  [[nodiscard]] ManifestActor* FindActor(std::string_view actor_id, std::uint32_t hash) const;
  PackedEntry* Insert(const EntryFields& fields, std::uint32_t hash);
  // Out of the tables and the actor's list; the actor goes with its last entry.
  void Take(PackedEntry* entry);
  void Swap(Manifest& other) noexcept;

  HashSeed seed_;
  KeyPrefixes prefixes_;
  PointerTable<PackedEntry> by_key_;    // owns them
  PointerTable<ManifestActor> actors_;  // owns them; none without entries
  ManifestTotals totals_;
  std::uint64_t revision_ = 0;
  std::int64_t last_updated_ms_ = 0;
};

}  // namespace image_cache
