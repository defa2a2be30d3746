// A naive model of PrefetchQueue's header: plain lists, looked through from end to end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "shared/prefetch/prefetch_types.h"

namespace image_cache {

struct ModelImage {
  std::string key, url;
  enum { kWaits, kRuns, kDone, kSkipped, kFailed } state = kWaits;
  bool is_visible = false;
  std::int64_t attempts = 0;
  std::int64_t due_ms = -1;  // -1: at once
  std::uint64_t batch = 0;
};

struct ModelActor {
  std::string id = {};
  PrefetchPriority priority = PrefetchPriority::kLow;
  double place = 0;  // by arrival; negative and falling for those that were opened
  bool is_left = false;
  bool is_cancelled = false;
  std::size_t images_cancelled = 0;
  double finished_at = 0;
  std::vector<ModelImage> images = {};

  template <typename State>
  std::size_t Count(State state) const {
    return static_cast<std::size_t>(std::count_if(
        images.begin(), images.end(), [&](const ModelImage& i) { return i.state == state; }));
  }
  bool Runs() const { return Count(ModelImage::kRuns) > 0; }
  bool Waits() const { return !Runs() && Count(ModelImage::kWaits) > 0; }
  bool IsDone() const { return !Runs() && !Waits(); }
  auto Rank() const { return std::tuple(priority, place); }
};

class PrefetchModel {
 public:
  explicit PrefetchModel(const PrefetchOptions& options) : options_(options) {}

  std::list<ModelActor> actors;
  std::vector<std::pair<std::uint64_t, ModelActor*>> running;
  std::set<std::uint64_t> aborted;
  PrefetchConditions conditions;
  bool paused = false;
  std::uint64_t bytes = 0, last_batch = 0;

  ModelActor* FindBusy(const std::string& id) {
    ModelActor* actor = Find(id);
    return actor == nullptr || actor->IsDone() ? nullptr : actor;
  }

  void Enqueue(const std::string& id, const std::vector<PrefetchImage>& images,
               PrefetchPriority priority) {
    ModelActor* actor = Find(id);
    if (actor == nullptr) actor = &actors.emplace_back();
    if (actor->IsDone()) *actor = {id, priority, ++arrivals_};
    actor->priority = std::min(actor->priority, priority);
    actor->is_left = false;
    if (priority == PrefetchPriority::kHigh) actor->place = --openings_;
    for (const PrefetchImage& image : images) {
      auto known = std::find_if(actor->images.begin(), actor->images.end(),
                                [&](const ModelImage& i) { return i.key == image.key; });
      if (known == actor->images.end()) {
        known = actor->images.insert(actor->images.end(), {image.key, image.s3_url});
      }
      known->url = image.s3_url;
      if (known->state == ModelImage::kFailed) {
        known->state = ModelImage::kWaits;
        known->attempts = 0;
        known->due_ms = -1;
      }
      if (image.is_cached && known->state == ModelImage::kWaits)
        known->state = ModelImage::kSkipped;
    }
    NoteEnd(*actor);
  }

  void Open(const std::string& id) {
    if (FindBusy(id) != nullptr) Enqueue(id, {}, PrefetchPriority::kHigh);
  }

  void Leave(const std::string& id) {
    ModelActor* actor = FindBusy(id);
    if (actor == nullptr) return;
    actor->priority = PrefetchPriority::kLow;
    actor->place = ++arrivals_;
    actor->is_left = true;
  }

  void SetVisible(const std::string& id, const std::string& key, bool is_visible) {
    ModelActor* actor = FindBusy(id);
    if (actor == nullptr) return;
    for (ModelImage& image : actor->images) {
      if (image.key == key) image.is_visible = is_visible;
    }
  }

  // The step that the header promises. Where batches are to be aborted, any of them may come first.
  PrefetchStep Next(std::int64_t now_ms);

  void Finish(std::uint64_t id, const std::vector<PrefetchResult>& results, std::int64_t now_ms);

  void Cancel(const std::string& id) {
    ModelActor* actor = FindBusy(id);
    if (actor == nullptr) return;
    for (const auto& [batch, of_actor] : running) {
      if (of_actor == actor) aborted.insert(batch);
    }
    std::erase_if(running, [&](const auto& batch) { return batch.second == actor; });
    actor->images_cancelled += std::erase_if(actor->images, [](const ModelImage& image) {
      return image.state == ModelImage::kWaits || image.state == ModelImage::kRuns;
    });
    actor->is_cancelled = true;
    NoteEnd(*actor);
  }

  PrefetchProgress Progress() const {
    PrefetchProgress progress = forgotten_;
    for (const ModelActor& actor : actors) Count(actor, progress);
    progress.bytes = bytes;
    progress.paused = paused;
    return progress;
  }

 private:
  ModelActor* Find(const std::string& id) {
    for (ModelActor& actor : actors) {
      if (actor.id == id) return &actor;
    }
    return nullptr;
  }

  static void Count(const ModelActor& actor, PrefetchProgress& progress) {
    const std::size_t failed = actor.Count(ModelImage::kFailed);
    const std::size_t skipped = actor.Count(ModelImage::kSkipped);
    progress.total += 1;
    progress.cancelled += actor.is_cancelled;
    progress.completed += !actor.is_cancelled && actor.IsDone() && failed == 0;
    progress.failed += !actor.is_cancelled && actor.IsDone() && failed > 0;
    progress.images.total += actor.images.size();
    progress.images.completed += actor.Count(ModelImage::kDone) + skipped;
    progress.images.skipped += skipped;
    progress.images.failed += failed;
    progress.images.cancelled += actor.images_cancelled;
  }

  // Of the finished only so many are remembered.
  void NoteEnd(ModelActor& actor) {
    if (!actor.IsDone()) return;
    actor.finished_at = ++ends_;
    std::vector<ModelActor*> finished;
    for (ModelActor& other : actors) {
      if (other.IsDone()) finished.push_back(&other);
    }
    if (finished.size() <= static_cast<std::size_t>(options_.max_finished_actors)) return;
    const ModelActor* oldest =
        *std::min_element(finished.begin(), finished.end(),
                          [](auto* a, auto* b) { return a->finished_at < b->finished_at; });
    Count(*oldest, forgotten_);
    actors.remove_if([&](const ModelActor& other) { return &other == oldest; });
  }

  bool IsOnlyVisible(const ModelActor& actor) const {
    return conditions.saves_data && actor.priority != PrefetchPriority::kHigh;
  }
  // What could start of the actor, in its order.
  std::vector<ModelImage*> Ready(ModelActor& actor, std::int64_t now_ms) const {
    std::vector<ModelImage*> ready;
    if (conditions.is_hidden && actor.priority == PrefetchPriority::kLow) return ready;
    for (const bool is_visible : {true, false}) {
      for (ModelImage& image : actor.images) {
        if (image.state != ModelImage::kWaits || image.due_ms > now_ms) continue;
        if (image.is_visible != is_visible || (!is_visible && IsOnlyVisible(actor))) continue;
        ready.push_back(&image);
      }
    }
    return ready;
  }
  PrefetchStep Start(ModelActor& actor, std::int64_t now_ms) {
    PrefetchStep step;
    step.kind = PrefetchStep::Kind::kStart;
    step.batch = {++last_batch, actor.id, actor.priority, {}};
    const auto limit = static_cast<std::size_t>(conditions.is_slow ? options_.slow_batch_images
                                                                   : options_.batch_images);
    for (ModelImage* image : Ready(actor, now_ms)) {
      if (step.batch.images.size() == limit) break;
      image->state = ModelImage::kRuns;
      image->batch = last_batch;
      ++image->attempts;
      step.batch.images.push_back({image->url, "", image->key});
    }
    running.emplace_back(last_batch, &actor);
    return step;
  }
  void TakeBack(std::uint64_t batch, ModelActor& actor) {
    std::erase_if(running, [&](const auto& r) { return r.first == batch; });
    aborted.insert(batch);
    for (ModelImage& image : actor.images) {
      if (image.state != ModelImage::kRuns || image.batch != batch) continue;
      image.state = ModelImage::kWaits;
      image.due_ms = -1;
      --image.attempts;
    }
  }

  PrefetchOptions options_;
  PrefetchProgress forgotten_;
  std::int64_t last_end_ms_ = -1;  // -1: no batch has ended yet
  std::string last_actor_;
  double arrivals_ = 0, openings_ = 0, ends_ = 0;
};

inline PrefetchStep PrefetchModel::Next(std::int64_t now_ms) {
  PrefetchStep step;
  if (aborted.empty() && !paused && !conditions.is_offline) {
    ModelActor* first = nullptr;
    std::int64_t wait_ms = -1;
    for (ModelActor& actor : actors) {
      if (!Ready(actor, now_ms).empty() && (first == nullptr || actor.Rank() < first->Rank())) {
        first = &actor;
      }
      for (const ModelImage& image : actor.images) {
        if (image.state != ModelImage::kWaits || image.due_ms <= now_ms) continue;
        if (wait_ms < 0 || image.due_ms - now_ms < wait_ms) wait_ms = image.due_ms - now_ms;
      }
    }
    if (first != nullptr) {
      const bool is_high = first->priority == PrefetchPriority::kHigh;
      std::int64_t own = 0, before = 0;
      const std::pair<std::uint64_t, ModelActor*>* last = nullptr;
      for (const auto& batch : running) {
        own += batch.second == first;
        before += batch.second->Rank() < first->Rank();
        if (batch.second->Rank() <= first->Rank()) continue;
        if (last == nullptr || batch.second->Rank() >= last->second->Rank()) last = &batch;
      }
      const auto in_all = static_cast<std::size_t>(conditions.is_slow ? 1 : options_.max_batches);
      const bool is_full = running.size() >= in_all;
      const bool is_slowed = conditions.is_slow || conditions.is_hidden;
      if (before == 0 && last != nullptr &&
          ((last->second->is_left && last->second->priority > first->priority) ||
           (is_high && own == 0 && is_full))) {
        TakeBack(last->first, *last->second);
      } else if (before == 0 && (last == nullptr || is_high) && !is_full &&
                 own < (is_slowed ? 1 : options_.batches_per_actor)) {
        std::int64_t pause_ms = first->id == last_actor_ ? 0 : options_.pause_between_actors_ms;
        if (conditions.is_hidden) pause_ms = options_.hidden_pause_ms;
        if (is_high || last_end_ms_ < 0) pause_ms = 0;
        const std::int64_t left_ms = last_end_ms_ + pause_ms - now_ms;
        if (pause_ms == 0 || left_ms <= 0) return Start(*first, now_ms);
        if (wait_ms < 0 || left_ms < wait_ms) wait_ms = left_ms;
      }
    }
    if (wait_ms >= 0) {
      step.kind = PrefetchStep::Kind::kWait;
      step.wait_ms = wait_ms;
    }
  }
  if (!aborted.empty()) step = {PrefetchStep::Kind::kAbort, {}, 0};
  return step;
}

inline void PrefetchModel::Finish(std::uint64_t id, const std::vector<PrefetchResult>& results,
                                  std::int64_t now_ms) {
  const auto batch =
      std::find_if(running.begin(), running.end(), [&](const auto& r) { return r.first == id; });
  if (batch == running.end()) return;
  ModelActor& actor = *batch->second;
  running.erase(batch);
  last_end_ms_ = now_ms;
  last_actor_ = actor.id;
  for (ModelImage& image : actor.images) {
    if (image.state != ModelImage::kRuns || image.batch != id) continue;
    PrefetchResult result{image.key, PrefetchOutcome::kRetry, 0};
    for (auto r = results.rbegin(); r != results.rend(); ++r) {
      if (r->key == image.key) result = *r;
    }
    bytes += result.bytes;
    if (result.outcome == PrefetchOutcome::kRetry && conditions.is_offline) {
      image.state = ModelImage::kWaits;
      image.due_ms = -1;
      --image.attempts;
    } else if (result.outcome == PrefetchOutcome::kRetry &&
               image.attempts < options_.max_attempts) {
      image.state = ModelImage::kWaits;
      image.due_ms = now_ms + std::min(options_.first_retry_delay_ms << (image.attempts - 1),
                                       options_.max_retry_delay_ms);
    } else if (result.outcome == PrefetchOutcome::kCached) {
      image.state = ModelImage::kDone;
    } else if (result.outcome == PrefetchOutcome::kAlreadyCached) {
      image.state = ModelImage::kSkipped;
    } else {
      image.state = ModelImage::kFailed;
    }
  }
  NoteEnd(actor);
}

}  // namespace image_cache
