// The queue does, step by step, what a naive model of its header does.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"
#include "tests/shared/prefetch/prefetch_model.h"

namespace image_cache {
namespace {

constexpr PrefetchOptions kOptions = {.pause_between_actors_ms = 100,
                                      .hidden_pause_ms = 250,
                                      .max_attempts = 4,
                                      .first_retry_delay_ms = 300,
                                      .max_retry_delay_ms = 1000,
                                      .batch_images = 2,
                                      .slow_batch_images = 1,
                                      .batches_per_actor = 2,
                                      .max_batches = 3,
                                      .max_finished_actors = 3};

class PrefetchQueueModelTest : public testing::TestWithParam<unsigned> {
 protected:
  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string SomeActor() { return "actor" + std::to_string(Below(6)); }
  std::string SomeKey() { return "k" + std::to_string(Below(7)); }
  PrefetchPriority SomePriority() { return static_cast<PrefetchPriority>(Below(3)); }
  std::vector<PrefetchImage> SomeImages() {
    std::vector<PrefetchImage> images(Below(6));
    for (PrefetchImage& image : images) {
      image.key = SomeKey();
      image.s3_url = image.key + "?signature=" + std::to_string(Below(1000));
      image.is_cached = Below(8) == 0;
    }
    return images;
  }
  std::vector<PrefetchResult> SomeResults() {
    std::vector<PrefetchResult> results(Below(12));
    for (PrefetchResult& result : results) {
      result = {SomeKey(), static_cast<PrefetchOutcome>(Below(4)), Below(100)};
    }
    return results;
  }
  // One that runs or, at times, one that does not.
  std::uint64_t SomeBatch() {
    if (model_.running.empty() || Below(10) == 0) {
      return Below(static_cast<unsigned>(model_.last_batch) + 2);
    }
    return model_.running[Below(static_cast<unsigned>(model_.running.size()))].first;
  }

  void DoSomething() {
    const unsigned action = Below(100);
    const std::string actor = SomeActor();
    if (action < 15) {
      const std::vector<PrefetchImage> images = SomeImages();
      const PrefetchPriority priority = SomePriority();
      queue_.Enqueue(actor, images, priority);
      model_.Enqueue(actor, images, priority);
    } else if (action < 60) {
      TakeAStep();
    } else if (action < 80) {
      const std::uint64_t id = SomeBatch();
      const std::vector<PrefetchResult> results = SomeResults();
      queue_.Finish(id, results, now_ms_);
      model_.Finish(id, results, now_ms_);
    } else if (action < 86) {
      now_ms_ += Below(200);
    } else if (action < 90) {
      const std::string key = SomeKey();
      const bool is_visible = Below(2) == 0;
      queue_.SetVisible(actor, key, is_visible);
      model_.SetVisible(actor, key, is_visible);
    } else if (action < 92) {
      queue_.Leave(actor);
      model_.Leave(actor);
    } else if (action < 94) {
      queue_.Open(actor);
      model_.Open(actor);
    } else if (action < 96) {
      queue_.Cancel(actor);
      model_.Cancel(actor);
    } else if (action < 98) {
      model_.paused = !model_.paused;
      model_.paused ? queue_.Pause() : queue_.Resume();
    } else {
      model_.conditions = {Below(6) == 0, Below(3) == 0, Below(3) == 0, Below(3) == 0};
      queue_.SetConditions(model_.conditions);
    }
  }

  void TakeAStep() {
    const PrefetchStep step = queue_.Next(now_ms_);
    const PrefetchStep expected = model_.Next(now_ms_);
    ASSERT_EQ(step.kind, expected.kind);
    ASSERT_EQ(step.wait_ms, expected.wait_ms);
    ++steps_[static_cast<std::size_t>(step.kind)];
    if (step.kind == PrefetchStep::Kind::kAbort) {
      ASSERT_EQ(model_.aborted.erase(step.batch.id), 1u);
      return;
    }
    ASSERT_EQ(step.batch.id, expected.batch.id);
    ASSERT_EQ(step.batch.actor_id, expected.batch.actor_id);
    ASSERT_EQ(step.batch.priority, expected.batch.priority);
    ASSERT_EQ(step.batch.images.size(), expected.batch.images.size());
    for (std::size_t i = 0; i < step.batch.images.size(); ++i) {
      ASSERT_EQ(step.batch.images[i].key, expected.batch.images[i].key);
      ASSERT_EQ(step.batch.images[i].s3_url, expected.batch.images[i].s3_url);
    }
    if (step.kind == PrefetchStep::Kind::kWait && Below(2) == 0) now_ms_ += step.wait_ms;
  }

  void ExpectEqual() {
    const PrefetchProgress expected = model_.Progress();
    const PrefetchProgress progress = queue_.Progress();
    ASSERT_EQ(progress.total, expected.total);
    ASSERT_EQ(progress.completed, expected.completed);
    ASSERT_EQ(progress.failed, expected.failed);
    ASSERT_EQ(progress.cancelled, expected.cancelled);
    ASSERT_EQ(progress.images.total, expected.images.total);
    ASSERT_EQ(progress.images.completed, expected.images.completed);
    ASSERT_EQ(progress.images.failed, expected.images.failed);
    ASSERT_EQ(progress.images.skipped, expected.images.skipped);
    ASSERT_EQ(progress.images.cancelled, expected.images.cancelled);
    ASSERT_EQ(progress.bytes, expected.bytes);
    ASSERT_EQ(progress.paused, expected.paused);
    ASSERT_EQ(progress.current.empty(), model_.running.empty());
    std::vector<std::string> names = queue_.WaitingActors(), expected_names;
    for (ModelActor& actor : model_.actors) {
      if (actor.Waits()) expected_names.push_back(actor.id);
      ASSERT_EQ(queue_.IsBusyWith(actor.id), !actor.IsDone());
    }
    std::sort(names.begin(), names.end());
    std::sort(expected_names.begin(), expected_names.end());
    ASSERT_EQ(names, expected_names);
  }

  std::mt19937 random_{GetParam()};
  PrefetchQueue queue_{kOptions};
  PrefetchModel model_{kOptions};
  std::int64_t now_ms_ = 0;
  std::size_t steps_[4] = {};  // by PrefetchStep::Kind
};

TEST_P(PrefetchQueueModelTest, DoesWhatTheModelDoes) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (int step = 0; step < 10'000; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    ASSERT_NO_FATAL_FAILURE(DoSomething());
    ASSERT_NO_FATAL_FAILURE(ExpectEqual());
  }
  for (const std::size_t steps : steps_) EXPECT_GT(steps, 20u) << "the walk has not been anywhere";
}

INSTANTIATE_TEST_SUITE_P(Seeds, PrefetchQueueModelTest,
                         testing::Values(1u, 2u, 3u, 4u, 5u, 20240217u));

}  // namespace
}  // namespace image_cache
