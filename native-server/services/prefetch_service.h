// Prefetching the pictures of one actor: all in parallel through the FetchService, then a report.
//
// Owned by main; thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "native-server/services/fetch_service.h"
#include "shared/prefetch/prefetch_queue.h"

namespace image_cache {

struct PrefetchOrder {
  struct Image {
    std::string s3_url;
    std::string filename;  // may be empty: the last segment of the URL's path is taken
  };
  std::string actor_id;  // valid
  std::vector<Image> images;
  PrefetchPriority priority = PrefetchPriority::kNormal;
};

// In the order of the images asked for. Two URLs of one object in one order make one download.
struct PrefetchItemReport {
  std::string s3_url;  // as it was asked for
  Result<FetchedImage, FetchError> outcome;
};

struct PrefetchReport {
  std::string actor_id;
  std::vector<PrefetchItemReport> items;
  std::uint64_t bytes = 0;  // downloaded for this order
};

struct PrefetchJob {
  std::string job_id;  // 16 hex digits, unguessable
  std::size_t accepted = 0;
  // Images refused before any download: a bad URL or an origin that is not allowed.
  std::vector<PrefetchItemReport> rejected;
};

class PrefetchService {
 public:
  explicit PrefetchService(FetchService& fetcher) : fetcher_(fetcher) {}

  // `done` is called once, when the last image is cached or failed, on any thread (also before Run
  // returns).
  void Run(PrefetchOrder order, std::function<void(PrefetchReport)> done);
  // The same in the background, for `wait: false`.
  [[nodiscard]] PrefetchJob Start(PrefetchOrder order);

 private:
  FetchService& fetcher_;
};

}  // namespace image_cache
