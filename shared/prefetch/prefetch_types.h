// What goes into the prefetch queue and comes out of it: plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace image_cache {

enum class PrefetchPriority { kHigh, kNormal, kLow };
inline constexpr std::size_t kPrefetchPriorities = 3;

struct PrefetchImage {
  std::string s3_url;  // as the caller gave it, signature and all: this is what is fetched
  std::string filename;
  std::string key;  // its cache key: two URLs with one key are one image
};

// Values that make no sense (negative times, no attempt at all) count as the nearest that do.
struct PrefetchOptions {
  std::int64_t pause_between_actors_ms = 100;
  int max_attempts = 3;                      // for each image, the first included
  std::int64_t first_retry_delay_ms = 1000;  // doubles with every further attempt …
  std::int64_t max_retry_delay_ms = 30000;   // … up to this
};

struct PrefetchBatch {
  std::uint64_t id = 0;
  std::string actor_id;
  PrefetchPriority priority = PrefetchPriority::kNormal;
  std::vector<PrefetchImage> images;
};

struct PrefetchStep {
  enum class Kind { kStart, kWait, kIdle };
  Kind kind = Kind::kIdle;
  PrefetchBatch batch;  // for kStart
  std::int64_t wait_ms =
      0;  // for kWait, at least 1: the pause between actors, or until a retry is due
};

// What became of one image of a batch.
enum class PrefetchOutcome {
  kCached,  // it is there now
  kAlreadyCached,
  kRetry,  // failed in a way that may pass (timeout, 5xx); tried again unless its attempts are used
           // up
  kFailed,  // failed for good (403, 404, not a picture)
};

struct PrefetchResult {
  std::string key;
  PrefetchOutcome outcome = PrefetchOutcome::kRetry;
  std::uint64_t bytes = 0;  // that were downloaded for it
};

struct PrefetchProgress {
  // In actors. total = completed + failed + cancelled + waiting + running. An actor has failed when
  // any of its images has; one that waits for a retry is waiting.
  std::size_t total = 0, completed = 0, failed = 0, cancelled = 0;
  // In images of all those actors; of a cancelled actor only those that were done with by then, so
  // that completed + failed reaches total. An actor that starts anew counts with its new images
  // only.
  std::size_t images_total = 0, images_completed = 0, images_failed = 0;
  std::uint64_t bytes = 0;  // of everything downloaded since the queue was made
  std::string current;  // the actor whose batch started last of those that run; empty: none runs
  bool paused = false;
};

}  // namespace image_cache
