#include "native-server/services/prefetch/prefetch_service.h"

#include <utility>

#include "native-server/services/prefetch/prefetch_run.h"

namespace image_cache {

void PrefetchService::Run(PrefetchOrder order, std::function<void(PrefetchReport)> done) {
  const auto run = PrefetchRun::Create(fetcher_, std::move(order));
  run->Begin([run, done = std::move(done), listing = running_.Add(run)] {
    done(std::move(run->report()));
  });
}

}  // namespace image_cache
