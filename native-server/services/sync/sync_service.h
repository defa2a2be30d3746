// Keeps folders of buckets in step with what is cached: on a schedule, and when somebody asks.
//
// Owned by main; thread-safe. Runs on a thread of its own, one after the other, so no two ever
// meet; who asks waits in a line with a bound. What it is made of outlives it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "native-server/services/sync/sync_pass.h"

namespace image_cache {

enum class SyncError {
  kTooMany,  // as many wait as may; later there is room again
};

struct SyncSchedule {
  std::vector<BucketFolder> folders;  // empty: nothing runs by itself
  std::chrono::milliseconds every{std::chrono::minutes(10)};
  bool removes_many = false;
};

struct SyncStats {
  struct Folder {
    BucketFolder folder;
    std::uint64_t runs = 0;                              // that have ended
    std::uint64_t failed_runs = 0;                       // whose listing did not come to its end
    std::uint64_t fetched = 0, removed = 0, failed = 0;  // pictures, in all runs
    std::int64_t complete_ms = 0;  // when one last came to its end; 0 before the first
    bool running = false;
    std::int64_t next_ms = 0;             // since the Unix epoch; 0 before the schedule begins
    std::optional<SyncReport> last = {};  // without its list of items
  };
  std::vector<Folder> folders;  // of the schedule, in its order
  std::chrono::milliseconds every{0};
  std::size_t waiting = 0, max_waiting = 0;
};

class SyncService {
 public:
  SyncService(FetchService& fetcher, Store& store, Downloader& downloader,
              const S3Addressing& addressing, const Clock& clock, SyncSchedule schedule = {});
  ~SyncService();

  // From now on the schedule counts; each folder is due at once. To be called when the server is
  // ready.
  void BeginSchedule();

  using Done = std::function<void(Result<SyncReport, SyncError>)>;
  // `done` is called once, on any thread, possibly before Run returns.
  void Run(SyncOrder order, Done done);

  // What runs ends soon, and nothing begins any more; who waits is told what is known by then.
  void Stop();

  [[nodiscard]] SyncStats Stats() const;

 private:
  struct Task {
    SyncOrder order;
    Done done;                               // empty: by the schedule
    std::optional<std::size_t> folder = {};  // of the schedule
  };
  // When a folder of the schedule is due, and what became of it.
  struct Planned {
    SyncStats::Folder stats;
    std::chrono::steady_clock::time_point due;
  };

  void Work();
  [[nodiscard]] std::optional<Task> Next();  // nothing when there is nothing left to do, ever
  [[nodiscard]] std::optional<Task> TakeDue();
  [[nodiscard]] SyncReport RunPass(const SyncOrder& order);
  void NoteEnd(std::size_t folder, SyncReport report);

  FetchService& fetcher_;
  Store& store_;
  Downloader& downloader_;
  const S3Addressing& addressing_;
  const Clock& clock_;
  const SyncSchedule schedule_;

  mutable std::mutex mutex_;  // never held while anything outside is called, but for Stop
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Planned> planned_;
  std::deque<Task> waiting_;
  SyncPass* running_ = nullptr;
  bool scheduled_ = false;
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace image_cache
