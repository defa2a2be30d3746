// The entries in memory: the shared Manifest, and a way from a local path to its entry.
//
// Plain data without a lock, so that it can be tested alone. SharedIndex below is the same with the
// lock that the store's threads take.
#pragma once

#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "shared/manifest/manifest.h"

namespace image_cache {

class ImageIndex {
 public:
  // Adds, or replaces by key; returns what was replaced.
  // REQUIRES: no entry with another key has this local path.
  std::optional<Entry> Put(Entry entry);

  std::vector<Entry> Remove(std::string_view key);
  std::vector<Entry> RemoveActor(std::string_view actor_id);
  std::vector<Entry> Clear();

  // Null when not there. Valid until the next change of that entry.
  [[nodiscard]] const Entry* Find(std::string_view key) const { return manifest_.Find(key); }
  [[nodiscard]] const Entry* FindByPath(std::string_view local_path) const;

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  // The revision only grows: a number that is not larger is ignored.
  void Stamp(std::uint64_t revision, std::int64_t last_updated_ms);

 private:
  // By local path. The pointers are the Manifest's own, which do not move while their entry stays:
  // 16 bytes an entry instead of a second copy of every path.
  struct PathHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view path) const;
    std::size_t operator()(const Entry* entry) const { return (*this)(entry->local_path); }
  };
  struct PathEqual {
    using is_transparent = void;
    static std::string_view PathOf(const Entry* entry) { return entry->local_path; }
    static std::string_view PathOf(std::string_view path) { return path; }
    bool operator()(const auto& a, const auto& b) const { return PathOf(a) == PathOf(b); }
  };

  void Unlink(const Entry& entry);

  Manifest manifest_;
  std::unordered_set<const Entry*, PathHash, PathEqual> by_path_;
};

// Held shared for a lookup, exclusively for a change in memory; never while the disk is touched.
struct SharedIndex {
  mutable std::shared_mutex mutex;
  ImageIndex images;  // guarded by mutex
};

}  // namespace image_cache
