// A queue and a clock that only moves when a test moves it, for the tests of PrefetchQueue.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"

namespace image_cache {

inline std::vector<PrefetchImage> Images(const std::vector<std::string>& keys) {
  std::vector<PrefetchImage> images;
  for (const std::string& key : keys) images.push_back({"url-of-" + key, key + ".jpg", key});
  return images;
}

inline std::vector<std::string> KeysOf(const PrefetchBatch& batch) {
  std::vector<std::string> keys;
  for (const PrefetchImage& image : batch.images) keys.push_back(image.key);
  return keys;
}

class PrefetchQueueTest : public testing::Test {
 protected:
  // Starts what is next; fails if nothing is.
  PrefetchBatch Start() {
    const PrefetchStep step = queue_.Next(now_ms_);
    EXPECT_EQ(step.kind, PrefetchStep::Kind::kStart);
    return step.batch;
  }
  // Which batch is to be aborted next; fails if none is.
  std::uint64_t Abort() {
    const PrefetchStep step = queue_.Next(now_ms_);
    EXPECT_EQ(step.kind, PrefetchStep::Kind::kAbort);
    return step.batch.id;
  }
  PrefetchStep::Kind NextKind() { return queue_.Next(now_ms_).kind; }
  void FinishAll(const PrefetchBatch& batch, PrefetchOutcome outcome = PrefetchOutcome::kCached,
                 std::uint64_t bytes = 10) {
    std::vector<PrefetchResult> results;
    for (const PrefetchImage& image : batch.images) results.push_back({image.key, outcome, bytes});
    queue_.Finish(batch.id, results, now_ms_);
  }
  // Runs everything to its end and gives the actors in the order of their starts.
  std::vector<std::string> RunToTheEnd() {
    std::vector<std::string> started;
    for (;;) {
      const PrefetchStep step = queue_.Next(now_ms_);
      if (step.kind == PrefetchStep::Kind::kIdle) return started;
      if (step.kind == PrefetchStep::Kind::kWait) {
        now_ms_ += step.wait_ms;
        continue;
      }
      if (step.kind == PrefetchStep::Kind::kAbort) continue;
      started.push_back(step.batch.actor_id);
      FinishAll(step.batch);
    }
  }

  std::int64_t now_ms_ = 1000;
  PrefetchQueue queue_;
};

}  // namespace image_cache
