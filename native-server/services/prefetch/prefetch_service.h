// Prefetching the pictures of one actor: all in parallel through the FetchService, then a report.
//
// Owned by main; thread-safe.
#pragma once

#include <functional>

#include "native-server/services/fetch/fetch_service.h"
#include "native-server/services/prefetch/prefetch_order.h"
#include "native-server/services/prefetch/running_prefetches.h"

namespace image_cache {

class PrefetchService {
 public:
  PrefetchService(FetchService& fetcher, RunningPrefetches& running)
      : fetcher_(fetcher), running_(running) {}

  // `done` is called once, when the last image is cached or failed, on any thread (also before Run
  // returns). It goes on though nobody waits for it any more; PrefetchJobs has what can be
  // cancelled.
  void Run(PrefetchOrder order, std::function<void(PrefetchReport)> done);

 private:
  FetchService& fetcher_;
  RunningPrefetches& running_;
};

}  // namespace image_cache
