// The manifest: which pictures are cached, by key and by actor.
//
// Plain data with indexes; no I/O, no clock, no lock. The native server wraps it in a lock, the
// WebAssembly module uses it as it is. Every operation is O(1) on average; listing is O(answer),
// and so is removing an actor. Looking up makes no copy of the key. Movable, not copyable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/manifest/entry.h"

namespace image_cache {

struct ManifestTotals {
  std::size_t entries = 0;
  std::uint64_t size_bytes = 0;

  friend bool operator==(const ManifestTotals&, const ManifestTotals&) = default;
};

class Manifest {
 public:
  // Adds the entry, or replaces the one with the same key (also when it changes actor).
  // REQUIRES: entry.s3_url is a cache key and entry.actor_id a valid id.
  // The revision grows by one, unless the very same entry is already there.
  void Put(Entry entry);

  // The removed entries; empty when there were none. The revision grows by one if any was removed.
  std::vector<Entry> Remove(std::string_view key);
  std::vector<Entry> RemoveActor(std::string_view actor_id);
  std::vector<Entry> Clear();

  // Null when not there. Valid until the next change of that entry.
  [[nodiscard]] const Entry* Find(std::string_view key) const;

  [[nodiscard]] ManifestTotals Totals() const { return totals_; }
  [[nodiscard]] ManifestTotals ActorTotals(std::string_view actor_id) const;
  [[nodiscard]] std::vector<std::string> ActorIds() const;  // sorted

  // In no particular order. REQUIRES: `visit` does not change the manifest.
  void ForEach(const std::function<void(const Entry&)>& visit) const;
  void ForEachOfActor(std::string_view actor_id,
                      const std::function<void(const Entry&)>& visit) const;

  // Grows with every change; the same within one run means the same content.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  void set_revision(std::uint64_t revision) { revision_ = revision; }

  [[nodiscard]] std::int64_t last_updated_ms() const { return last_updated_ms_; }
  void set_last_updated_ms(std::int64_t ms) { last_updated_ms_ = ms; }

 private:
  struct Actor;
  // An entry stays at its address as long as it is in the manifest; so its key can be the map's.
  struct Node {
    Entry entry;
    Actor* actor = nullptr;
    std::size_t index_in_actor = 0;
  };
  struct Actor {
    std::string actor_id;
    std::vector<Node*> nodes;  // in no order: the last takes the place of a removed one
    std::uint64_t size_bytes = 0;
  };

  void Insert(Entry entry);
  Entry Take(std::unordered_map<std::string_view, std::unique_ptr<Node>>::iterator position);

  std::unordered_map<std::string_view, std::unique_ptr<Node>> nodes_;    // by node.entry.s3_url
  std::unordered_map<std::string_view, std::unique_ptr<Actor>> actors_;  // none without entries
  ManifestTotals totals_;
  std::uint64_t revision_ = 0;
  std::int64_t last_updated_ms_ = 0;
};

}  // namespace image_cache
