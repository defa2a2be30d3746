// Which pictures are cached, in the form of a compact snapshot that can be changed.
//
// The bytes of a snapshot, used where they lie, and over them what has changed since. The changes
// are merged into new bytes when they have become many or when the snapshot is written. The server
// keeps one to answer with; the WebAssembly module looks up in one. It holds no URL: an entry is
// found by the 64-bit hash of its cache key, so two keys with one hash would be one entry (at a
// million entries that has a chance of 1 in 37 million to happen at all).
//
// Owned by one thread, or locked by its owner. No I/O, no clock. Find, Put, Remove and RemoveActor
// are O(1), but for the merge, which looks at every entry after an eighth of them has changed.
// About 23 bytes an entry; while merging, twice that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/manifest_totals.h"
#include "shared/result.h"
#include "shared/snapshot/snapshot_format.h"
#include "shared/snapshot/snapshot_overlay.h"
#include "shared/snapshot/snapshot_view.h"
#include "shared/snapshot/snapshot_writer.h"

namespace image_cache {

class SnapshotTable {
 public:
  struct Entry {
    std::string local_path;
    std::string_view actor_id;  // valid until the next change
    std::uint64_t size_bytes = 0;
  };

  // Empty. A seed that nobody can guess, where strangers choose the keys.
  explicit SnapshotTable(SnapshotInfo info = {}) : info_(std::move(info)) {}
  SnapshotTable(SnapshotTable&&) = default;
  SnapshotTable& operator=(SnapshotTable&&) = default;

  // Keeps the bytes as they are.
  [[nodiscard]] static Result<SnapshotTable, SnapshotError> Load(std::string bytes);

  // All of it as the bytes of a snapshot. The same content, info and seed give the same bytes. They
  // are the table's own, which goes on from them: valid until the next change.
  [[nodiscard]] const std::string& Write();

  // Adds or replaces. False: there is no number left for a new actor (kMaxSnapshotActors).
  // REQUIRES: `key` is a cache key, `actor_id` a valid id, `local_path` a valid path.
  bool Put(std::string_view key, std::string_view local_path, std::string_view actor_id,
           std::uint64_t size_bytes);
  bool Remove(std::string_view key);                   // true if there was one
  std::size_t RemoveActor(std::string_view actor_id);  // how many there were
  void Clear();                                        // the info stays

  [[nodiscard]] std::optional<Entry> Find(std::string_view key) const;
  // Appends the local path to `text`. False: there is no such entry, and nothing was appended.
  [[nodiscard]] bool AppendLocalPath(std::string_view key, std::string& text) const;

  [[nodiscard]] ManifestTotals Totals() const { return totals_; }
  [[nodiscard]] ManifestTotals ActorTotals(std::string_view actor_id) const;

  [[nodiscard]] const SnapshotInfo& info() const { return info_; }
  // REQUIRES: keys that are in it would be the same with this addressing.
  void set_addressing(S3Addressing addressing);
  void set_revision(std::uint64_t epoch, std::uint64_t revision, std::int64_t last_updated_ms);

  // Grows whenever an entry is put, replaced or removed.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  // A '1' for each local path that some entry has, else a '0'. Looks through all entries once,
  // however many are asked for: there is no index by path.
  [[nodiscard]] std::string HasPaths(const std::vector<std::string_view>& paths) const;

 private:
  struct ActorState {
    std::uint32_t generation = 0;  // what was put in an older one is gone
    bool is_changed = false;       // else the totals are those in the bytes
    bool is_base_removed = false;  // what the bytes have of it is gone
    ManifestTotals totals;
  };
  struct Found {
    SnapshotRecord record;
    bool is_in_overlay = false;
  };

  [[nodiscard]] std::optional<Found> FindAlive(std::uint64_t hash) const;
  [[nodiscard]] bool IsAliveInBase(const SnapshotRecord& record) const;
  [[nodiscard]] SnapshotView::Extra ExtraOf(const Found& found) const;
  [[nodiscard]] std::uint64_t SizeOf(const Found& found) const;
  void AppendPathOf(const Found& found, std::string& text) const;

  [[nodiscard]] std::string_view ActorId(std::uint32_t actor) const;
  [[nodiscard]] std::optional<std::uint32_t> FindActor(std::string_view actor_id) const;
  [[nodiscard]] std::optional<std::uint32_t> FindOrAddActor(std::string_view actor_id);
  ActorState& State(std::uint32_t actor);
  void Subtract(const Found& found);

  void NoteChange();
  // In snapshot_merge.cpp. Visits in the order of the hashes, and only what can be written again:
  // its actor has an id, and its path is there.
  template <typename Visit>  // void(const Found&)
  void ForEachAlive(const Visit& visit) const;
  struct Counts;
  [[nodiscard]] Counts CountAlive() const;
  [[nodiscard]] std::string PathIdentity(const Found& found) const;
  void Merge(bool with_checksum);
  void Adopt(std::unique_ptr<const std::string> bytes, const SnapshotView& view);

  SnapshotInfo info_;
  std::unique_ptr<const std::string> bytes_;  // null: none. They stay in place when this moves
  SnapshotView base_;
  bool is_written_ = false;  // the bytes are all there is, with a checksum

  SnapshotOverlay overlay_;
  std::vector<ActorState> actor_states_;  // none until something changes
  std::map<std::string, std::uint32_t, std::less<>> new_actors_;
  std::vector<std::string_view>
      new_actor_ids_;  // keys of the above, behind the actors of the bytes
  ManifestTotals totals_;
  std::uint64_t changes_ = 0;
};

}  // namespace image_cache
