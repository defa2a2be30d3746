// What is to be prefetched, and what became of it. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "native-server/services/fetch/fetch_service.h"
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

// The same as numbers, also while it is under way: what has not ended is in `requested` only.
struct PrefetchCounts {
  std::size_t requested = 0, cached = 0, already_cached = 0, failed = 0;
  std::uint64_t bytes = 0;
};

}  // namespace image_cache
