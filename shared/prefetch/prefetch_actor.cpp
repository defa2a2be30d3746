#include "shared/prefetch/prefetch_actor.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace image_cache {
namespace {

std::int64_t DelayAfter(int attempts, const PrefetchOptions& options) {
  std::int64_t delay_ms = options.first_retry_delay_ms;
  for (int i = 1; i < attempts && delay_ms < options.max_retry_delay_ms; ++i) {
    // Compared by halves, because the double may be more than an int64 holds.
    delay_ms =
        delay_ms > options.max_retry_delay_ms / 2 ? options.max_retry_delay_ms : delay_ms * 2;
  }
  return std::min(delay_ms, options.max_retry_delay_ms);
}

std::int64_t AddSaturating(std::int64_t now_ms, std::int64_t delay_ms) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  return now_ms > kMax - delay_ms ? kMax : now_ms + delay_ms;
}

}  // namespace

void PrefetchActor::Add(std::vector<PrefetchImage> images) {
  for (PrefetchImage& image : images) {
    const auto known = by_key_.find(image.key);
    if (known == by_key_.end()) {
      images_.push_back(std::make_unique<Image>());
      Image& added = *images_.back();
      added.image = std::move(image);
      by_key_.emplace(added.image.key, &added);
      ++counts_.total;
      continue;
    }
    Image& existing = *known->second;
    existing.image.s3_url = std::move(image.s3_url);
    existing.image.filename = std::move(image.filename);
    if (existing.state == State::kFailed) {
      existing.state = State::kWaiting;
      existing.attempts = 0;
      existing.due_ms = kAtOnce;
      --counts_.failed;
    }
  }
}

std::optional<std::int64_t> PrefetchActor::NextDueMs() const {
  std::optional<std::int64_t> due_ms;
  for (const auto& image : images_) {
    if (image->state != State::kWaiting) continue;
    due_ms = due_ms ? std::min(*due_ms, image->due_ms) : image->due_ms;
  }
  return due_ms;
}

std::vector<PrefetchImage> PrefetchActor::StartBatch(std::uint64_t batch_id, std::int64_t now_ms) {
  std::vector<PrefetchImage> started;
  for (const auto& image : images_) {
    if (image->state != State::kWaiting || image->due_ms > now_ms) continue;
    image->state = State::kRunning;
    image->batch_id = batch_id;
    ++image->attempts;
    started.push_back(image->image);
  }
  return started;
}

std::uint64_t PrefetchActor::FinishBatch(std::uint64_t batch_id,
                                         const std::vector<PrefetchResult>& results,
                                         const PrefetchOptions& options, std::int64_t now_ms) {
  std::uint64_t bytes = 0;
  for (const PrefetchResult& result : results) {
    const auto known = by_key_.find(result.key);
    if (known == by_key_.end()) continue;
    Image& image = *known->second;
    if (image.state != State::kRunning || image.batch_id != batch_id) continue;
    bytes += result.bytes;
    Settle(image, result.outcome, options, now_ms);
  }
  for (const auto& image : images_) {
    if (image->state != State::kRunning || image->batch_id != batch_id) continue;
    Settle(*image, PrefetchOutcome::kRetry, options, now_ms);
  }
  return bytes;
}

void PrefetchActor::Settle(Image& image, PrefetchOutcome outcome, const PrefetchOptions& options,
                           std::int64_t now_ms) {
  switch (outcome) {
    case PrefetchOutcome::kCached:
    case PrefetchOutcome::kAlreadyCached:
      image.state = State::kCompleted;
      ++counts_.completed;
      return;
    case PrefetchOutcome::kRetry:
      if (image.attempts < options.max_attempts) {
        image.state = State::kWaiting;
        image.due_ms = AddSaturating(now_ms, DelayAfter(image.attempts, options));
        return;
      }
      break;
    case PrefetchOutcome::kFailed:
      break;
  }
  image.state = State::kFailed;
  ++counts_.failed;
}

void PrefetchActor::DropImages() {
  counts_.total = counts_.completed + counts_.failed;
  by_key_.clear();
  images_ = std::vector<std::unique_ptr<Image>>();
}

void PrefetchActor::Reset(PrefetchPriority priority) {
  counts_ = {};
  DropImages();
  priority_ = priority;
}

}  // namespace image_cache
