// What goes into the prefetch queue and comes out of it: plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class PrefetchPriority { kHigh, kNormal, kLow };
inline constexpr std::size_t kPrefetchPriorities = 3;

struct PrefetchImage {
  std::string s3_url;  // as the caller gave it, signature and all: this is what is fetched
  std::string filename;
  std::string key;         // its cache key: two URLs with one key are one image
  bool is_cached = false;  // counted, and not fetched
};

// Values that make no sense (negative times, nothing at all at once) count as the nearest that do.
struct PrefetchOptions {
  std::int64_t pause_between_actors_ms = 100;
  std::int64_t hidden_pause_ms = 1000;       // before each batch that is not of high priority
  std::int64_t max_attempts = 3;             // for each image, the first included
  std::int64_t first_retry_delay_ms = 1000;  // doubles with every further attempt …
  std::int64_t max_retry_delay_ms = 30000;   // … up to this
  // Small batches, so that little is lost when one is aborted; two of them, so that the second runs
  // while the first waits for its slowest image.
  std::int64_t batch_images = 8;
  std::int64_t slow_batch_images = 2;
  std::int64_t batches_per_actor = 2;
  std::int64_t max_batches = 3;             // in all; a browser has six connections to a host
  std::int64_t max_finished_actors = 1000;  // remembered one by one; older ones are only counted
};

// What the page knows of its network and of who looks at it. Each holds from now on.
struct PrefetchConditions {
  bool is_offline = false;  // nothing starts, and what fails has not been tried
  bool saves_data = false;  // only what is open or visible
  bool is_slow = false;     // one batch at a time, of slow_batch_images
  bool is_hidden = false;   // one batch at a time, after hidden_pause_ms; nothing of low priority
};

struct PrefetchBatch {
  std::uint64_t id = 0;
  std::string actor_id;
  PrefetchPriority priority = PrefetchPriority::kNormal;
  std::vector<PrefetchImage> images;
};

struct PrefetchStep {
  enum class Kind { kStart, kAbort, kWait, kIdle };
  Kind kind = Kind::kIdle;
  PrefetchBatch batch;       // for kStart; for kAbort its id only
  std::int64_t wait_ms = 0;  // for kWait, at least 1: a pause, or until a retry is due
};

// What became of one image of a batch.
enum class PrefetchOutcome {
  kCached,  // it is there now
  kAlreadyCached,
  kRetry,   // failed in a way that may pass (timeout, 5xx); tried again while it has attempts left
  kFailed,  // failed for good (403, 404, not a picture)
};

struct PrefetchResult {
  std::string key;
  PrefetchOutcome outcome = PrefetchOutcome::kRetry;
  std::uint64_t bytes = 0;  // that were downloaded for it
};

struct ImageCounts {
  // total = completed + failed + waiting + running. `skipped` of the completed were there already.
  // What was cancelled before it was done with is in none of the others.
  std::size_t total = 0, completed = 0, failed = 0, skipped = 0, cancelled = 0;
};

// Why nothing more of an actor starts now.
enum class PrefetchHold {
  kNone,   // a batch of it runs
  kTurn,   // others come first, or the pause after one of them
  kRetry,  // everything that waits has failed before and is tried again
  kPaused,
  kOffline,
  kSavesData,  // and nothing of it is visible
  kHidden,     // nobody looks, and it is of low priority
};

// An actor of which something waits or runs.
struct QueuedActor {
  std::string_view id;  // until the queue is changed
  PrefetchPriority priority = PrefetchPriority::kNormal;
  std::size_t images_left = 0;
  bool has_visible = false;  // among what is ready to start
  PrefetchHold hold = PrefetchHold::kNone;
  std::int64_t retry_in_ms = 0;  // for kRetry
};

struct PrefetchProgress {
  // In actors. total = completed + failed + cancelled + waiting + running. An actor has failed when
  // any of its images has; one that waits for a retry is waiting.
  std::size_t total = 0, completed = 0, failed = 0, cancelled = 0;
  // Of all those actors. An actor that starts anew counts with its new images only.
  ImageCounts images;
  std::uint64_t bytes = 0;  // of everything downloaded since the queue was made
  std::string current;  // the actor whose batch started last of those that run; empty: none runs
  bool paused = false;
  std::uint64_t bytes_per_second = 0;  // lately, while anything ran; 0: not known yet
  // For all that waits and runs; nothing while that cannot be told: not yet, paused, offline.
  std::optional<std::int64_t> left_ms;
};

}  // namespace image_cache
