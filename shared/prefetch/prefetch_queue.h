// What to prefetch next: whole actors by priority, one at a time, with retries.
//
// The queue decides and remembers; its caller downloads and tells it what came of it. It has no
// clock and no timer: `now_ms` is any clock that only goes forward, and Next() says how long to wait.
//
//   for (;;) {
//     PrefetchStep step = queue.Next(now_ms);
//     if (step.kind == kStart) start step.batch; on its end: queue.Finish(batch.id, results, now_ms)
//     if (step.kind == kWait)  call Next again in step.wait_ms, or when something is enqueued
//     if (step.kind == kIdle)  call Next again when something is enqueued
//   }
//
// Order: high before normal before low; within a priority first come, first served, except that an
// actor enqueued at high priority (a person opened it) goes before all others. Enqueuing an actor
// that waits already adds the images it does not have yet and promotes it in place; nothing is queued
// twice, and nothing is demoted by asking again. While one batch runs no other is started, except that
// a high-priority actor may start beside a running batch of lower priority.
// Every operation is O(log n) in the number of actors, plus the images it is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class PrefetchPriority { kHigh, kNormal, kLow };

struct PrefetchImage {
  std::string s3_url;    // as the caller gave it, signature and all: this is what is fetched
  std::string filename;
  std::string key;       // its cache key: two URLs with one key are one image
};

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
  PrefetchBatch batch;       // for kStart
  std::int64_t wait_ms = 0;  // for kWait: the pause between actors or until the next retry is due
};

// What became of one image of a batch.
enum class PrefetchOutcome {
  kCached,  // it is there now
  kAlreadyCached,
  kRetry,   // failed in a way that may pass (timeout, 5xx); tried again unless its attempts are used up
  kFailed,  // failed for good (403, 404, not a picture)
};

struct PrefetchResult {
  std::string key;
  PrefetchOutcome outcome;
  std::uint64_t bytes = 0;  // that were downloaded for it
};

struct PrefetchProgress {
  // In actors. total = completed + failed + cancelled + waiting + running.
  std::size_t total = 0, completed = 0, failed = 0, cancelled = 0;
  // In images of all those actors.
  std::size_t images_total = 0, images_completed = 0, images_failed = 0;
  std::uint64_t bytes = 0;
  std::string current;  // the actor that runs; empty when none does
  bool paused = false;
};

class PrefetchQueue {
 public:
  explicit PrefetchQueue(PrefetchOptions options = {});

  // Adds or promotes. An actor that has failed or been completed before starts anew with the images
  // given. Images that are cached already are left out by the caller, or reported kAlreadyCached.
  // An actor without images counts as completed at once.
  void Enqueue(std::string actor_id, std::vector<PrefetchImage> images, PrefetchPriority priority);

  [[nodiscard]] PrefetchStep Next(std::int64_t now_ms);

  // REQUIRES: the id of a batch that Next gave and that was not finished or cancelled; any other is
  // ignored. An image of the batch that `results` does not name counts as kRetry.
  void Finish(std::uint64_t batch_id, const std::vector<PrefetchResult>& results,
              std::int64_t now_ms);

  void Pause();   // what runs goes on; nothing new is started
  void Resume();
  // Forgets the actor, waiting or running. Returns the ids of the running batches to abort.
  std::vector<std::uint64_t> Cancel(std::string_view actor_id);
  std::vector<std::uint64_t> CancelAll();

  [[nodiscard]] PrefetchProgress Progress() const;
  // The actors that wait, in the order in which they would start.
  [[nodiscard]] std::vector<std::string> WaitingActors() const;
};

}  // namespace image_cache
