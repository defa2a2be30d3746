// Makes smaller pictures of stored ones, each once, however many ask for it meanwhile.
//
// Owned by main, and only made with --image-widths; thread-safe. A worker process decodes; this
// hands it the original's file and takes the result from a file without a name. An original that
// lies compressed is turned back first. Bounded by the pool: what finds no room there is kNotNow.
// Outcomes that will not change are remembered.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/base/unique_fd.h"
#include "native-server/services/compression/restoring.h"
#include "native-server/services/smaller/outcome_memory.h"
#include "native-server/store/store.h"
#include "native-server/workers/worker_pool.h"
#include "shared/paths/local_path.h"

namespace image_cache {

struct SmallerOptions {
  std::vector<int> widths;  // in pixels, rising
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
};

struct SmallerServiceStats {
  std::uint64_t made = 0;
  std::uint64_t as_they_are = 0;  // decoded, or looked at, to find that it is not worth it
  std::uint64_t failed = 0;
  std::uint64_t turned_away = 0;  // for want of a worker
  std::uint64_t coalesced = 0;    // asked for while it was made for somebody else
  std::size_t running = 0;
  std::size_t remembered = 0, max_remembered = 0;
};

class SmallerService {
 public:
  // `restoring` may be null: then nothing is made of what lies compressed. What is referred to
  // outlives this.
  SmallerService(Store& store, WorkerPool& workers, Restoring* restoring, const Clock& clock,
                 SmallerOptions options);
  // Stops the workers: they call back.
  ~SmallerService() { workers_.Stop(); }
  SmallerService(const SmallerService&) = delete;
  SmallerService& operator=(const SmallerService&) = delete;

  [[nodiscard]] const std::vector<int>& widths() const { return options_.widths; }

  // `done` is called once: at once, or on a worker's thread, and then must be quick.
  // REQUIRES: `width` is one of widths().
  using Callback = std::function<void(SmallerOutcome)>;
  void Make(const LocalPath& original, int width, Callback done);

  [[nodiscard]] SmallerServiceStats Stats() const;

 private:
  using Outcome = Result<WorkerAnswer, WorkerError>;

  // An original's bytes, and what keeps them if they are in memory only.
  struct Input {
    UniqueFd fd;
    std::uint64_t size_bytes = 0;
    RestoredPtr restored;
  };

  void Start(const LocalPath& original, int width);
  void Shrink(const LocalPath& original, int width, Input input);
  [[nodiscard]] SmallerOutcome Take(const LocalPath& original, int width, const Outcome& outcome,
                                    const UniqueFd& output, std::uint64_t original_bytes);
  void Finish(const SmallerKey& key, SmallerOutcome outcome, std::chrono::seconds remembered_for);

  Store& store_;
  WorkerPool& workers_;
  Restoring* const restoring_;
  const Clock& clock_;
  const SmallerOptions options_;

  mutable std::mutex mutex_;
  std::map<SmallerKey, std::vector<Callback>> waiting_;  // guarded by mutex_
  OutcomeMemory memory_;                                 // guarded by mutex_
  SmallerServiceStats stats_;                            // guarded by mutex_
};

}  // namespace image_cache
