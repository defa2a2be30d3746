// What has changed in the manifest lately, in order: for pages that follow it instead of reading it
// again (docs/changes.md).
//
// Owned by the DiskStore, filled by the IndexWriter after each commit; thread-safe. Groups are kept
// as text, which is what everybody wants of them. Bounds: ChangeLogLimits; the oldest go first.
// After a start it is empty, so it reaches back to the revision that the start has found.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native-server/store/changes/change_text.h"
#include "native-server/store/store.h"

namespace image_cache {

struct SharedIndex;

// What one commit has changed. Never changes itself.
//
// Who has the manifest of any revision from `since` to `revision` and applies the changes has that
// of `revision`: applying a change that one has already does no harm.
struct ChangeGroup {
  std::uint64_t since = 0;
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;  // the manifest's, at `revision`
  ChangeText text;                   // see there; nothing: more than is told
};

struct ChangesSince {
  bool is_full = false;        // a whole manifest is needed: the log does not reach back so far
  std::uint64_t revision = 0;  // what the changes lead to
  std::vector<std::shared_ptr<const ChangeGroup>> groups;  // in order; all of them have a text
};

struct ChangeLogLimits {
  std::size_t groups = 16'384;
  std::size_t bytes = 8 << 20;  // of memory
};

class ChangeLog {
 public:
  // Called after each commit, in order, never twice at a time. Must be quick and ask the store
  // nothing: the index's writer waits for it.
  using Listener = std::function<void(const std::shared_ptr<const ChangeGroup>&)>;

  // Listens until it is destroyed; after that the listener is not called any more.
  // REQUIRES: it is not destroyed by its own listener, and not after the log.
  class Watch {
   public:
    Watch(ChangeLog& log, std::uint64_t id) : log_(log), id_(id) {}
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    ChangeLog& log_;
    const std::uint64_t id_;
  };

  // `index`: what is in memory, somebody may have seen already. It outlives this.
  // `epoch`: see LoadedIndex.
  ChangeLog(const SharedIndex& index, std::string epoch, ChangeLogLimits limits = {});

  // Revisions of another epoch tell nothing.
  [[nodiscard]] const std::string& epoch() const { return epoch_; }
  // Of the newest change that was announced.
  [[nodiscard]] std::uint64_t revision() const;
  // From memory; O(log groups) and the answer.
  [[nodiscard]] ChangesSince Since(std::uint64_t revision) const;
  [[nodiscard]] std::unique_ptr<Watch> StartWatch(Listener listener);
  [[nodiscard]] ChangeLogStats Stats() const;

  // Said before a change is written: from now on this revision may be read from the disk, though
  // what has changed is told later.
  void Foresee(std::uint64_t revision) {
    if (revision > foreseen_) foreseen_ = revision;
  }
  // The manifest has reached this revision. REQUIRES: calls come in the order of the revisions.
  void Append(ChangeText text, std::uint64_t revision, std::int64_t last_updated_ms = 0);

 private:
  // The newest revision that is in memory or on the disk, announced or about to be.
  [[nodiscard]] std::uint64_t NewestSeen() const;
  void Keep(std::shared_ptr<const ChangeGroup> group);  // REQUIRES: mutex_ is held
  void DropOldest();                                    // likewise

  const SharedIndex& index_;
  const std::string epoch_;
  const ChangeLogLimits limits_;
  std::atomic<std::uint64_t> foreseen_{0};

  mutable std::mutex mutex_;  // held to look and to keep; never while listeners are called
  std::deque<std::shared_ptr<const ChangeGroup>> groups_;  // guarded by mutex_; without gaps
  std::size_t bytes_ = 0;                                  // guarded by mutex_; see BytesOf
  std::uint64_t oldest_revision_;  // guarded by mutex_: from here on all is told
  std::uint64_t revision_;         // guarded by mutex_
  std::uint64_t gaps_ = 0;         // guarded by mutex_: groups without a text

  std::mutex listening_;                         // held while listeners are called
  std::map<std::uint64_t, Listener> listeners_;  // guarded by listening_
  std::uint64_t next_id_ = 0;                    // guarded by listening_
};

}  // namespace image_cache
