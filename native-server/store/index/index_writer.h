// The one that changes the index: a thread that commits what has gathered as one transaction.
//
// Owned by the DiskStore; thread-safe. Lock order: changing_ → SharedIndex::mutex → the
// SpaceKeeper's and the ChangeLog's; queue_mutex_ is held alone. changing_ is held for a whole
// change (disk and memory), so that the two agree in their order; callbacks run without any lock.
// Bound of the queue (design rule 8): one publication per running download, one removal per
// request, one change of form per thread that makes them and waits, one loss per entry, however
// often it is noticed; bookkeeping is ordered by one caller a kind, who waits for the last.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <variant>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/store/changes/change_log.h"
#include "native-server/store/folder/cache_home.h"
#include "native-server/store/folder/unlinker.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/proof/removed_paths.h"
#include "native-server/store/publication.h"
#include "native-server/store/space/space_keeper.h"
#include "native-server/store/store.h"

namespace image_cache {

struct RemovalOrder {
  enum class What { kKey, kActor, kAll, kVanishedPath };
  What what;
  std::string name;  // the key, actor id or local path
  Store::RemovalCallback done;
};

// What belongs to no picture: how far all is on the platter, or the state of another part.
struct BookkeepingOrder {
  std::optional<std::uint64_t> checkpoint_revision;
  std::vector<IndexNote> notes;
  std::function<void(Result<void, StoreError>)> done;  // on the writer's thread; may be empty
};

// A picture is to lie on the disk in another form.
struct FormOrder {
  Entry entry;  // as the index must have it still
  std::unique_ptr<PendingFile> image;
  std::optional<CompressedForm> form;                  // of `image`; nothing: it is the original
  std::function<void(Result<void, StoreError>)> done;  // on the writer's thread
};

class IndexWriter {
 public:
  // After every change of the index in memory it is told to `changes`, then `on_change` is called,
  // on any thread.
  IndexWriter(CacheHome& home, SharedIndex& index, ChangeLog& changes, SpaceKeeper& space,
              std::unique_ptr<ManifestStore> store, Clock& clock, std::function<void()> on_change);
  // Does what is queued, then closes the index. Files that could not be unlinked in time leave it
  // unclosed.
  ~IndexWriter();

  // See Unlinker::set_when_unlinked.
  void set_when_unlinked(Unlinker::WhenUnlinked when_unlinked) {
    unlinker_.set_when_unlinked(std::move(when_unlinked));
  }

  void Enqueue(Publication publication) { Push(std::move(publication)); }
  void Enqueue(RemovalOrder removal) { Push(std::move(removal)); }
  // No change of the manifest, either. REQUIRES: the image's file is on the platter.
  void Enqueue(FormOrder order) { Push(std::move(order)); }
  // Committed after everything that waits already; no change of the manifest.
  void Enqueue(BookkeepingOrder order) { Push(std::move(order)); }
  // Somebody found this picture's file gone: looks again, and drops the entry. Without a path:
  // found the whole folder gone. A loss that waits already is not queued again.
  void NoteLoss(const std::string& local_path = {});

  // At once, on the caller's thread, files as well. Not from a callback's.
  [[nodiscard]] Result<void, StoreError> Evict(const std::string& actor_id);

  // Drops the picture's entry and its file if `is_so` says of the entry, while nothing changes,
  // that it is broken. At once, like Evict. False when it is not so, or there is no such entry.
  [[nodiscard]] Result<bool, StoreError> DropIf(const LocalPath& path,
                                                const std::function<bool(const Entry&)>& is_so);
  // Between a publication's move of its file and its commit nothing can be told from the folder;
  // `look` is called at another time. At once, like Evict. REQUIRES: it is quick.
  void WhileNothingChanges(const std::function<void()>& look);

  // The index is not to count as closed when this ends: something is not on the platter, or not
  // proved.
  void LeaveUnclosed() { leave_unclosed_ = true; }

  // True from the removal of the folder until the entries that were in it are forgotten.
  [[nodiscard]] bool IsBehindTheFolder() const;
  // When the folder was removed, makes it anew and forgets what was in it; at once, like Evict.
  void StartOverIfLost();

  // See Store::LoadNote. At once, like Evict.
  [[nodiscard]] std::optional<std::string> LoadNote(std::string_view name);

  // Of the last change that survives the process. Read it, make everything durable (syncfs), then
  // order it as checkpoint_revision.
  [[nodiscard]] std::uint64_t committed_revision() const { return index_.committed_revision; }
  // Takes over files that no entry names; their space is counted.
  void Unlink(std::vector<DebrisFile> orphans) { unlinker_.Add(std::move(orphans)); }
  // Makes space of what was removed already, see Unlinker::UnlinkSome. Not from a callback.
  [[nodiscard]] bool UnlinkSome() { return unlinker_.UnlinkSome(); }
  [[nodiscard]] DebrisTotals debris() const { return unlinker_.debris(); }
  // Removed, but not off the disk yet. Only within WhileNothingChanges.
  [[nodiscard]] bool IsDebris(const LocalPath& path) const {
    return unlinker_.IsDebris(path.text());
  }
  // See Store::removals.
  [[nodiscard]] std::uint64_t removals() const { return removals_; }
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::uint64_t evicted_entries() const { return evicted_entries_; }
  [[nodiscard]] std::uint64_t evicted_bytes() const { return evicted_bytes_; }

 private:
  using Publications = std::vector<Publication>;
  using Operation = std::variant<Publication, RemovalOrder, BookkeepingOrder, FormOrder>;
  using Work = std::variant<Publications, RemovalOrder, BookkeepingOrder, FormOrder>;

  void Push(Operation operation);
  void Run();
  [[nodiscard]] Work TakeWork();  // REQUIRES: queue_mutex_ is held, the queue is not empty

  void Do(Publications publications);
  void Do(const RemovalOrder& removal);
  void Do(BookkeepingOrder order);
  void Do(FormOrder order);

  // REQUIRES for the rest: changing_ is held.
  [[nodiscard]] std::vector<Result<Entry, StoreError>> Publish(Publications& publications);
  [[nodiscard]] Result<Removal, StoreError> Remove(const RemovalOrder& order);
  // Gives the files that are to be unlinked now. REQUIRES: the folder is not lost.
  [[nodiscard]] Result<std::vector<DebrisFile>, StoreError> Remove(RemovalOrder::What what,
                                                                   const std::string& name);
  [[nodiscard]] Result<Removal, StoreError> RemoveAll();  // REQUIRES: as above
  [[nodiscard]] Result<void, StoreError> ChangeForm(FormOrder& order);
  // What the index says of the picture, and what lies on the disk for it.
  [[nodiscard]] bool IsStill(const Entry& entry) const;
  [[nodiscard]] Entry FileOf(const Entry& entry) const;
  [[nodiscard]] std::optional<CompressedForm> FormOf(const Entry& entry) const;
  // Of the picture's folder and of the index: neither may outlive the other.
  void BringToThePlatter(const LocalPath& path);
  [[nodiscard]] std::vector<Entry> TakeFromMemory(RemovalOrder::What what, const std::string& name);
  // Whether the index names this place, or may name it again after a power loss: RemovedPaths.
  [[nodiscard]] bool MayBeTrusted(const LocalPath& path) const;
  [[nodiscard]] bool IsVanished(const std::string& local_path);
  // Gives the change its revision and applies it.
  [[nodiscard]] Result<void, StoreError> Commit(IndexChange& change);
  [[nodiscard]] Result<void, StoreError> CommitBookkeeping(BookkeepingOrder& order);
  [[nodiscard]] Result<void, StoreError> Apply(const IndexChange& change);
  // Changes that failed have used revisions up, which a later run of this epoch must not give to
  // another content.
  [[nodiscard]] bool CommitRevision();
  // Makes the folder and the index again if they were removed, and drops the entries without a
  // file.
  [[nodiscard]] Result<void, StoreError> RecoverIfLost();
  void Stamp(const IndexChange& change);
  // Last in every change, also in one that failed once somebody may have seen a part of it: who
  // follows the changes is at that revision, and must learn what is so now.
  void Announce(ChangeText text);

  CacheHome& home_;
  SharedIndex& index_;
  ChangeLog& changes_;
  SpaceKeeper& space_;
  Clock& clock_;
  const std::function<void()> on_change_;
  std::atomic<std::uint64_t> replacements_seen_{0};  // of the folder, in which the entries lie
  std::atomic<bool> leave_unclosed_{false};
  std::atomic<std::uint64_t> removals_{0};
  std::atomic<std::uint64_t> evicted_entries_{0}, evicted_bytes_{0};

  std::mutex changing_;
  Unlinker unlinker_;
  std::unique_ptr<ManifestStore> store_;  // guarded by changing_
  RemovedPaths removed_paths_;            // guarded by changing_

  mutable std::mutex queue_mutex_;
  std::condition_variable queued_;
  std::deque<Operation> queue_;           // guarded by queue_mutex_
  std::unordered_set<std::string> lost_;  // guarded by queue_mutex_; the paths of queued losses
  bool stopping_ = false;                 // guarded by queue_mutex_
  std::thread thread_;                    // last: it uses all of the above
};

}  // namespace image_cache
