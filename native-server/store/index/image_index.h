// The entries in memory: the shared Manifest, a way from a local path to its entry, and which of
// them lie compressed on the disk.
//
// Plain data without a lock, so that it can be tested alone. SharedIndex below is the same with the
// lock that the store's threads take.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native-server/store/index/compressed_form.h"
#include "shared/manifest/manifest.h"

namespace image_cache {

class ImageIndex {
 public:
  explicit ImageIndex(HashSeed seed = {}) : manifest_(seed) {}

  // Adds, or replaces by key; returns what was replaced.
  // REQUIRES: no entry with another key has this local path.
  std::optional<Entry> Put(const EntryFields& entry);
  std::optional<Entry> Put(const Entry& entry) { return Put(EntryFields::Of(entry)); }
  // What somebody else may have written: false, and nothing happens, when it breaks a rule or
  // another entry has its file. Such an entry can neither be served nor deleted by its path.
  [[nodiscard]] bool PutIfSound(const Entry& entry);
  // Makes room for so many entries in all.
  void Reserve(std::size_t entries);

  std::vector<Entry> Remove(std::string_view key);
  std::vector<Entry> RemoveActor(std::string_view actor_id);
  // In O(1); see Manifest.
  Manifest TakeAll();

  // Nothing when not there. Valid until the next change of that entry.
  [[nodiscard]] std::optional<EntryView> Find(std::string_view key) const {
    return manifest_.Find(key);
  }
  [[nodiscard]] std::optional<EntryView> FindByPath(std::string_view local_path) const;

  // Null for a picture that lies there as it was downloaded. Valid until the next change.
  [[nodiscard]] const CompressedForm* FormOf(std::string_view local_path) const;
  void SetForm(std::string_view local_path, const CompressedForm& form);
  // What is removed above or replaced by Put keeps its form until this: its file is still there.
  // Nothing when it has none.
  std::optional<CompressedForm> TakeForm(std::string_view local_path);
  [[nodiscard]] const CompressedTotals& compressed() const { return compressed_; }
  // What lies on the disk for this entry: see AsFile.
  [[nodiscard]] Entry FileOf(Entry entry) const;
  // The local path of the entry whose bytes lie in this file; nothing when there is none.
  [[nodiscard]] std::optional<std::string> PathOfFile(std::string_view file) const;

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  // The revision only grows: a number that is not larger is ignored.
  void Stamp(std::uint64_t revision, std::int64_t last_updated_ms);

 private:
  void Unlink(EntryView entry);

  Manifest manifest_;
  PointerTable<const PackedEntry> by_path_;  // the manifest's, which stay where they are
  // By Unproven::HashOf the local path: about 100 bytes each, of those that are compressed. Of two
  // paths with one hash, one would be found gone and be fetched again.
  std::unordered_map<std::size_t, CompressedForm> forms_;
  CompressedTotals compressed_;
};

// Held shared for a lookup, exclusively for a change in memory; never while the disk is touched.
struct SharedIndex {
  mutable std::shared_mutex mutex;
  ImageIndex images;  // guarded by mutex
  // The revision of the last change that survives the process; set by the IndexWriter.
  std::atomic<std::uint64_t> committed_revision{0};
};

}  // namespace image_cache
