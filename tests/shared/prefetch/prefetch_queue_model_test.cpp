// The queue against a naive model of its header: plain lists, looked through from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "shared/prefetch/prefetch_queue.h"

namespace image_cache {
namespace {

constexpr std::int64_t kPauseMs = 100, kFirstRetryMs = 300, kMaxRetryMs = 1000;
constexpr int kMaxAttempts = 4;

struct ModelImage {
  std::string key, url;
  enum { kWaits, kRuns, kDone, kFailed } state = kWaits;
  int attempts = 0;
  std::int64_t due_ms = -1;  // -1: at once
  std::uint64_t batch = 0;
};

struct ModelActor {
  std::string id;
  PrefetchPriority priority;
  double place;  // by arrival; negative and falling for those that were opened
  bool cancelled = false;
  std::vector<ModelImage> images;

  template <typename State>
  std::size_t Count(State state) const {
    return static_cast<std::size_t>(std::count_if(
        images.begin(), images.end(), [&](const ModelImage& i) { return i.state == state; }));
  }
  bool Runs() const { return Count(ModelImage::kRuns) > 0; }
  bool Waits() const { return !Runs() && Count(ModelImage::kWaits) > 0; }
  bool IsDone() const { return !Runs() && !Waits(); }
};

class Model {
 public:
  std::vector<ModelActor> actors;
  std::vector<std::pair<std::uint64_t, PrefetchPriority>> running;
  bool paused = false;
  std::uint64_t bytes = 0, last_batch = 0;
  std::int64_t last_end_ms = -1;  // -1: no batch has ended yet

  ModelActor* Find(const std::string& id) {
    for (ModelActor& actor : actors) {
      if (actor.id == id) return &actor;
    }
    return nullptr;
  }

  void Enqueue(const std::string& id, const std::vector<PrefetchImage>& images,
               PrefetchPriority priority) {
    ModelActor* actor = Find(id);
    if (actor == nullptr) {
      actors.push_back({id, priority, ++arrivals_, false, {}});
      actor = &actors.back();
    } else if (actor->IsDone()) {
      *actor = {id, priority, ++arrivals_, false, {}};
    }
    actor->priority = std::min(actor->priority, priority);
    if (priority == PrefetchPriority::kHigh) actor->place = --openings_;
    for (const PrefetchImage& image : images) {
      auto known = std::find_if(actor->images.begin(), actor->images.end(),
                                [&](const ModelImage& i) { return i.key == image.key; });
      if (known == actor->images.end()) {
        actor->images.push_back({image.key, image.s3_url});
        continue;
      }
      known->url = image.s3_url;
      if (known->state == ModelImage::kFailed) *known = {image.key, image.s3_url};
    }
  }

  // The step that the header promises.
  PrefetchStep Next(std::int64_t now_ms) {
    if (paused) return {};
    const bool high_runs = std::any_of(running.begin(), running.end(), [](const auto& batch) {
      return batch.second == PrefetchPriority::kHigh;
    });
    ModelActor* best = nullptr;
    std::int64_t wait_ms = -1;
    for (ModelActor& actor : actors) {
      const bool is_high = actor.priority == PrefetchPriority::kHigh;
      if (high_runs || (!is_high && !running.empty())) continue;
      for (const ModelImage& image : actor.images) {
        if (image.state != ModelImage::kWaits) continue;
        std::int64_t start_ms = std::max(image.due_ms, now_ms);
        if (!is_high && last_end_ms >= 0) start_ms = std::max(start_ms, last_end_ms + kPauseMs);
        if (start_ms == now_ms) {
          if (best == nullptr ||
              std::tie(actor.priority, actor.place) < std::tie(best->priority, best->place)) {
            best = &actor;
          }
        } else if (wait_ms < 0 || start_ms - now_ms < wait_ms) {
          wait_ms = start_ms - now_ms;
        }
      }
    }
    PrefetchStep step;
    if (best == nullptr) {
      if (wait_ms < 0) return step;
      step.kind = PrefetchStep::Kind::kWait;
      step.wait_ms = wait_ms;
      return step;
    }
    step.kind = PrefetchStep::Kind::kStart;
    step.batch = {++last_batch, best->id, best->priority, {}};
    for (ModelImage& image : best->images) {
      if (image.state != ModelImage::kWaits || image.due_ms > now_ms) continue;
      image.state = ModelImage::kRuns;
      image.batch = last_batch;
      ++image.attempts;
      step.batch.images.push_back({image.url, "", image.key});
    }
    running.emplace_back(last_batch, best->priority);
    return step;
  }

  void Finish(std::uint64_t id, const std::vector<PrefetchResult>& results, std::int64_t now_ms) {
    const auto batch =
        std::find_if(running.begin(), running.end(), [&](const auto& r) { return r.first == id; });
    if (batch == running.end()) return;
    running.erase(batch);
    last_end_ms = now_ms;
    for (ModelActor& actor : actors) {
      for (ModelImage& image : actor.images) {
        if (image.state != ModelImage::kRuns || image.batch != id) continue;
        PrefetchResult result{image.key, PrefetchOutcome::kRetry, 0};
        for (auto r = results.rbegin(); r != results.rend(); ++r) {
          if (r->key == image.key) result = *r;
        }
        bytes += result.bytes;
        if (result.outcome == PrefetchOutcome::kRetry && image.attempts < kMaxAttempts) {
          image.state = ModelImage::kWaits;
          image.due_ms = now_ms + std::min(kFirstRetryMs << (image.attempts - 1), kMaxRetryMs);
        } else {
          const bool failed = result.outcome == PrefetchOutcome::kRetry ||
                              result.outcome == PrefetchOutcome::kFailed;
          image.state = failed ? ModelImage::kFailed : ModelImage::kDone;
        }
      }
    }
  }

  std::vector<std::uint64_t> Cancel(const std::string& id) {
    ModelActor* actor = Find(id);
    if (actor == nullptr || actor->IsDone()) return {};
    std::vector<std::uint64_t> batches;
    for (const ModelImage& image : actor->images) {
      if (image.state == ModelImage::kRuns) batches.push_back(image.batch);
    }
    std::sort(batches.begin(), batches.end());
    batches.erase(std::unique(batches.begin(), batches.end()), batches.end());
    for (const std::uint64_t batch : batches) {
      std::erase_if(running, [&](const auto& r) { return r.first == batch; });
    }
    std::erase_if(actor->images, [](const ModelImage& image) {
      return image.state == ModelImage::kWaits || image.state == ModelImage::kRuns;
    });
    actor->cancelled = true;
    return batches;
  }

  void ExpectEqual(const PrefetchQueue& queue) const {
    PrefetchProgress expected;
    std::vector<std::tuple<bool, std::int64_t, PrefetchPriority, double, std::string>> waiting;
    for (const ModelActor& actor : actors) {
      const std::size_t failed = actor.Count(ModelImage::kFailed);
      expected.total += 1;
      if (actor.cancelled) {
        expected.cancelled += 1;
      } else if (actor.IsDone()) {
        expected.completed += failed == 0;
        expected.failed += failed > 0;
      }
      expected.images_total += actor.images.size();
      expected.images_completed += actor.Count(ModelImage::kDone);
      expected.images_failed += failed;
    }
    const PrefetchProgress progress = queue.Progress();
    ASSERT_EQ(progress.total, expected.total);
    ASSERT_EQ(progress.completed, expected.completed);
    ASSERT_EQ(progress.failed, expected.failed);
    ASSERT_EQ(progress.cancelled, expected.cancelled);
    ASSERT_EQ(progress.images_total, expected.images_total);
    ASSERT_EQ(progress.images_completed, expected.images_completed);
    ASSERT_EQ(progress.images_failed, expected.images_failed);
    ASSERT_EQ(progress.bytes, bytes);
    ASSERT_EQ(progress.paused, paused);
    ASSERT_EQ(progress.current.empty(), running.empty());
    std::vector<std::string> names = queue.WaitingActors(), expected_names;
    for (const ModelActor& actor : actors) {
      if (actor.Waits()) expected_names.push_back(actor.id);
      ASSERT_EQ(queue.IsBusyWith(actor.id), !actor.IsDone());
    }
    std::sort(names.begin(), names.end());
    std::sort(expected_names.begin(), expected_names.end());
    ASSERT_EQ(names, expected_names);
  }

 private:
  double arrivals_ = 0, openings_ = 0;
};

class PrefetchQueueModelTest : public testing::TestWithParam<unsigned> {
 protected:
  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string SomeActor() { return "actor" + std::to_string(Below(5)); }
  PrefetchPriority SomePriority() { return static_cast<PrefetchPriority>(Below(3)); }
  std::vector<PrefetchImage> SomeImages() {
    std::vector<PrefetchImage> images(Below(4));
    for (PrefetchImage& image : images) {
      image.key = "k" + std::to_string(Below(6));
      image.s3_url = image.key + "?signature=" + std::to_string(Below(1000));
    }
    return images;
  }
  std::vector<PrefetchResult> SomeResults() {
    std::vector<PrefetchResult> results(Below(8));
    for (PrefetchResult& result : results) {
      result = {"k" + std::to_string(Below(6)), static_cast<PrefetchOutcome>(Below(4)), Below(100)};
    }
    return results;
  }

  void ExpectSameStep(const PrefetchStep& step, const PrefetchStep& expected) {
    ASSERT_EQ(step.kind, expected.kind);
    ASSERT_EQ(step.wait_ms, expected.wait_ms);
    ASSERT_EQ(step.batch.id, expected.batch.id);
    ASSERT_EQ(step.batch.actor_id, expected.batch.actor_id);
    ASSERT_EQ(step.batch.priority, expected.batch.priority);
    ASSERT_EQ(step.batch.images.size(), expected.batch.images.size());
    for (std::size_t i = 0; i < step.batch.images.size(); ++i) {
      ASSERT_EQ(step.batch.images[i].key, expected.batch.images[i].key);
      ASSERT_EQ(step.batch.images[i].s3_url, expected.batch.images[i].s3_url);
    }
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(PrefetchQueueModelTest, DoesWhatTheModelDoes) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  PrefetchQueue queue({.pause_between_actors_ms = kPauseMs,
                       .max_attempts = kMaxAttempts,
                       .first_retry_delay_ms = kFirstRetryMs,
                       .max_retry_delay_ms = kMaxRetryMs});
  Model model;
  std::int64_t now_ms = 0;
  std::size_t started = 0;
  for (int step = 0; step < 5000; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const unsigned action = Below(100);
    if (action < 20) {
      const std::string actor = SomeActor();
      const std::vector<PrefetchImage> images = SomeImages();
      const PrefetchPriority priority = SomePriority();
      queue.Enqueue(actor, images, priority);
      model.Enqueue(actor, images, priority);
    } else if (action < 60) {
      const PrefetchStep next = queue.Next(now_ms);
      ASSERT_NO_FATAL_FAILURE(ExpectSameStep(next, model.Next(now_ms)));
      started += next.kind == PrefetchStep::Kind::kStart;
      if (next.kind == PrefetchStep::Kind::kWait && Below(2) == 0) now_ms += next.wait_ms;
    } else if (action < 85) {
      // Mostly one that runs; at times one that does not.
      const std::uint64_t id =
          model.running.empty() || Below(10) == 0
              ? Below(static_cast<unsigned>(model.last_batch) + 2)
              : model.running[Below(static_cast<unsigned>(model.running.size()))].first;
      const std::vector<PrefetchResult> results = SomeResults();
      queue.Finish(id, results, now_ms);
      model.Finish(id, results, now_ms);
    } else if (action < 93) {
      now_ms += Below(200);
    } else if (action < 97) {
      const std::string actor = SomeActor();
      std::vector<std::uint64_t> cancelled = queue.Cancel(actor);
      std::sort(cancelled.begin(), cancelled.end());
      ASSERT_EQ(cancelled, model.Cancel(actor));
    } else {
      model.paused = !model.paused;
      model.paused ? queue.Pause() : queue.Resume();
    }
    ASSERT_NO_FATAL_FAILURE(model.ExpectEqual(queue));
  }
  EXPECT_GT(started, 200u) << "the walk has not been anywhere";
}

INSTANTIATE_TEST_SUITE_P(Seeds, PrefetchQueueModelTest,
                         testing::Values(1u, 2u, 3u, 4u, 5u, 20240217u));

}  // namespace
}  // namespace image_cache
