// Takes files off the disk behind the answers: what was removed from the index waits here, and its
// space counts as used, until its file is unlinked.
//
// Owned by the IndexWriter; thread-safe. A thread of its own works in small batches, each with the
// writer's lock held, and leaves the writer as much time as it takes. A file is unlinked only when
// the index does not name it at that moment: the same content published again has the same path.
// Lock order: the writer's → mutex_ → SharedIndex::mutex → the SpaceKeeper's.
//
// Bound of what waits (design rule 8): it was in the index, and its space is not given away before;
// stats name its files and bytes. When the process ends first, the next start's sweep finds the
// files: no entry names them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/space/space_keeper.h"

namespace image_cache {

// A picture's file that no entry names any more. Its space is in the SpaceKeeper's sums.
struct DebrisFile {
  std::string local_path;  // the file's: see CompressedNameOf
  std::string actor_id;
  std::uint64_t size_bytes = 0;
};

// `entry`: as its file lies on the disk, see ImageIndex::FileOf.
[[nodiscard]] inline DebrisFile DebrisOf(Entry entry) {
  return {.local_path = std::move(entry.local_path),
          .actor_id = std::move(entry.actor_id),
          .size_bytes = entry.size_bytes};
}

// Of an entry that was taken out of `images`, whose form is forgotten now.
[[nodiscard]] inline DebrisFile TakeDebris(ImageIndex& images, Entry entry) {
  const auto form = images.TakeForm(entry.local_path);
  return DebrisOf(form ? AsFile(std::move(entry), *form) : std::move(entry));
}

struct DebrisTotals {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

class Unlinker {
 public:
  // `changing`: the lock under which the index changes. All outlive this.
  Unlinker(CacheFolder& folder, const SharedIndex& index, SpaceKeeper& space, std::mutex& changing);
  // Goes on for kLongestGoodbye, then leaves the rest to the sweep: see debris().
  ~Unlinker();

  // Told of each file that was unlinked, with the writer's lock held, by its local path. Before
  // the first file is added.
  using WhenUnlinked = std::function<void(std::string_view local_path)>;
  void set_when_unlinked(WhenUnlinked when_unlinked) { when_unlinked_ = std::move(when_unlinked); }

  void Add(std::vector<DebrisFile> files);
  // Everything that was in the index: whole, since taking it apart takes time.
  void Add(ImageIndex images);

  // Unlinks a batch at once, on the caller's thread, because its space is needed. False when that
  // gave none back. REQUIRES: the caller does not hold `changing`.
  [[nodiscard]] bool UnlinkSome();
  // Unlinks these before it returns. REQUIRES: as above.
  void UnlinkNow(std::vector<DebrisFile> files);

  // Whether this file waits to be unlinked. REQUIRES: the caller holds `changing`; without it, a
  // file that is being unlinked is not seen.
  [[nodiscard]] bool IsDebris(std::string_view local_path) const;

  // Ends the thread, as the destructor does. What then is left stays.
  void Stop();
  [[nodiscard]] DebrisTotals debris() const { return {.files = files_, .bytes = bytes_}; }

 private:
  using Batch = std::vector<DebrisFile>;
  static constexpr std::chrono::milliseconds kLongestGoodbye{1000};

  void Run();
  void Put(Batch files);
  // Nothing waits. REQUIRES: mutex_ is held.
  [[nodiscard]] bool IsEmpty() const { return waiting_.empty() && whole_.empty(); }
  void Wait(DebrisFile file);  // REQUIRES: mutex_ is held
  [[nodiscard]] Batch TakeBatch();
  // True when it gave space back. What cannot be unlinked waits again. REQUIRES: changing_ is held.
  [[nodiscard]] bool Unlink(Batch files);
  [[nodiscard]] bool UnlinkOne(const DebrisFile& file);  // REQUIRES: as above

  CacheFolder& folder_;
  const SharedIndex& index_;
  SpaceKeeper& space_;
  std::mutex& changing_;
  WhenUnlinked when_unlinked_ = [](std::string_view) {};
  std::atomic<std::uint64_t> files_{0}, bytes_{0};

  mutable std::mutex mutex_;
  std::condition_variable added_;
  std::deque<DebrisFile> waiting_;  // guarded by mutex_
  std::unordered_multiset<std::string>
      paths_;                           // guarded by mutex_; of waiting_, where one may be twice
  std::deque<ImageIndex> whole_;        // guarded by mutex_
  std::vector<std::string> actor_ids_;  // guarded by mutex_; what is left of whole_.front()
  bool stopping_ = false;               // guarded by mutex_
  std::thread thread_;                  // last: it uses all of the above
};

}  // namespace image_cache
