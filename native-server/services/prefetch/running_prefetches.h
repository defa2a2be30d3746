// The prefetches that run now, for whoever shows how far they are.
//
// Owned by main; thread-safe. Bounded: a prefetch over kMaxListed runs unseen. One that has ended
// is told of once more, if somebody watches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "native-server/services/prefetch/prefetch_run.h"

namespace image_cache {

struct RunningPrefetch {
  std::uint64_t id = 0;  // of this run of the server
  std::string actor_id;
  std::string job_id;  // empty: whoever asked for it waits for the answer
  PrefetchCounts counts;
  bool done = false;
};

struct RunningPrefetchesStats {
  std::size_t listed = 0;
  std::uint64_t unlisted = 0;  // that ran unseen
};

class RunningPrefetches {
 public:
  static constexpr std::size_t kMaxListed = 256;

  RunningPrefetches();

  // A prefetch is in the list until what is returned is destroyed, which may be after this.
  [[nodiscard]] std::shared_ptr<void> Add(std::shared_ptr<const PrefetchRun> run,
                                          std::string job_id = {});

  // `on_change` is called whenever a prefetch begins or ends, on any thread; it must be quick.
  // Empty: nobody watches any more, and nobody is being told. One watcher at a time.
  void Watch(std::function<void()> on_change);
  // Those that run, and those that have ended since the last call, in the order of their
  // beginnings.
  [[nodiscard]] std::vector<RunningPrefetch> Read();
  [[nodiscard]] bool IsEmpty() const;
  [[nodiscard]] RunningPrefetchesStats Stats() const;

 private:
  struct List;
  std::shared_ptr<List> list_;
};

}  // namespace image_cache
