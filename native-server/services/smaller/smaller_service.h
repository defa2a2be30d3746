// Makes smaller pictures of stored ones, each once, however many ask for it meanwhile.
//
// Owned by main, and only made with --image-widths; thread-safe. A worker process decodes; this
// hands it the original's file and takes the result from a file without a name. An original that
// lies compressed is turned back first. Bounded by the pool: what finds no room there is kNotNow.
// Outcomes that will not change are remembered.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/base/unique_fd.h"
#include "native-server/services/compression/restoring.h"
#include "native-server/services/smaller/asked_widths.h"
#include "native-server/services/smaller/outcome_memory.h"
#include "native-server/services/smaller/smaller_ahead.h"
#include "native-server/store/store.h"
#include "native-server/workers/worker_pool.h"
#include "shared/paths/local_path.h"

namespace image_cache {

struct SmallerOptions {
  std::vector<int> widths;  // in pixels, rising
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
  // What was asked for in this time is made of new pictures before it is asked for; 0: nothing is.
  std::chrono::milliseconds ahead{0};
};

struct SmallerServiceStats {
  std::uint64_t made = 0;
  std::uint64_t made_ahead = 0;   // of these, before anybody asked
  std::uint64_t as_they_are = 0;  // decoded, or looked at, to find that it is not worth it
  std::uint64_t failed = 0;
  std::uint64_t turned_away = 0;  // for want of a worker
  std::uint64_t coalesced = 0;    // asked for while it was made for somebody else
  std::size_t running = 0;
  std::size_t remembered = 0, max_remembered = 0;
  SmallerAheadStats ahead = {};
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

  [[nodiscard]] const std::vector<int>& widths() const { return asked_.widths(); }
  // Somebody wants pictures in this one, whether they are there or not: cheap enough to say with
  // every picture. REQUIRES: it is one of widths().
  void NoteAsked(int width) { asked_.Note(width, clock_.Monotonic()); }
  // This picture was downloaded just now. Quick.
  void NoteStored(const Entry& entry) {
    if (ahead_) ahead_->NoteStored(entry);
  }

  // `done` is called once: at once, or on a worker's thread, and then must be quick.
  // REQUIRES: `width` is one of widths().
  using Callback = std::function<void(SmallerOutcome)>;
  void Make(const LocalPath& original, int width, Callback done);

  [[nodiscard]] SmallerServiceStats Stats() const;

 private:
  using Outcome = Result<WorkerAnswer, WorkerError>;

  struct Order {
    LocalPath original;
    int width;
    WorkerUrgency urgency;
    Callback done;

    [[nodiscard]] SmallerKey Key() const { return {original.text(), width}; }
    [[nodiscard]] bool IsAhead() const { return urgency == WorkerUrgency::kBackground; }
  };

  // An original's bytes, and what keeps them if they are in memory only.
  struct Input {
    UniqueFd fd;
    std::uint64_t size_bytes = 0;
    RestoredPtr restored;
  };

  // As Make, for nobody: in idle time, and only into room that is nobody's, else kNotNow. Who asks
  // for it meanwhile does not wait for this.
  void MakeAhead(const LocalPath& original, int width, Callback done);
  // What is known without trying, of what was tried before.
  [[nodiscard]] std::optional<SmallerOutcome> Recall(const Order& order);  // REQUIRES: mutex_
  void Start(const Order& order);
  void Shrink(const Order& order, Input input);
  [[nodiscard]] SmallerOutcome Take(const Order& order, const Outcome& outcome,
                                    const UniqueFd& output, std::uint64_t original_bytes);
  void Finish(const Order& order, SmallerOutcome outcome, std::chrono::seconds remembered_for);
  void TellWaiting(const SmallerKey& key, SmallerOutcome outcome);

  Store& store_;
  WorkerPool& workers_;
  Restoring* const restoring_;
  const Clock& clock_;
  const std::uint64_t max_pixels_;
  AskedWidths asked_;

  mutable std::mutex mutex_;
  std::map<SmallerKey, std::vector<Callback>> waiting_;  // guarded by mutex_
  OutcomeMemory memory_;                                 // guarded by mutex_
  SmallerServiceStats stats_;                            // guarded by mutex_
  std::optional<SmallerAhead> ahead_;                    // last: its thread uses all of the above
};

}  // namespace image_cache
