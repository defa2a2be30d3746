#include "shared/prefetch/prefetch_actor.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace image_cache {
namespace {

std::int64_t DelayAfter(std::int64_t attempts, const PrefetchOptions& options) {
  std::int64_t delay_ms = options.first_retry_delay_ms;
  for (std::int64_t i = 1; i < attempts && delay_ms < options.max_retry_delay_ms; ++i) {
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
  for (PrefetchImage& given : images) {
    const auto known = by_key_.find(given.key);
    Image* image = known == by_key_.end() ? nullptr : known->second;
    if (image == nullptr) {
      images_.push_back(std::make_unique<Image>());
      image = images_.back().get();
      image->image = std::move(given);
      image->index = static_cast<std::int64_t>(images_.size());
      by_key_.emplace(image->image.key, image);
      ++counts_.total;
      MakeReady(*image);
    } else {
      image->image.s3_url = std::move(given.s3_url);
      image->image.filename = std::move(given.filename);
      image->image.is_cached = given.is_cached;
      if (image->state == State::kFailed) {
        image->attempts = 0;
        --counts_.failed;
        MakeReady(*image);
      }
    }
    if (image->image.is_cached && IsWaiting(*image)) {
      Leave(*image);
      Settle(*image, PrefetchOutcome::kAlreadyCached, {}, 0);
    }
  }
}

void PrefetchActor::SetVisible(std::string_view key, bool is_visible) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  Image& image = *known->second;
  const bool is_ready = image.state == State::kReady;
  if (is_ready) Leave(image);
  image.is_visible = is_visible;
  if (is_ready) MakeReady(image);
}

std::optional<std::int64_t> PrefetchActor::NextRetryMs() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->first.first;
}

void PrefetchActor::MakeReadyWhatIsDue(std::int64_t now_ms) {
  while (!delayed_.empty() && delayed_.begin()->first.first <= now_ms) {
    Image& image = *delayed_.begin()->second;
    Leave(image);
    MakeReady(image);
  }
}

std::vector<PrefetchImage> PrefetchActor::StartBatch(std::uint64_t batch_id, std::size_t limit,
                                                     bool only_visible) {
  std::vector<PrefetchImage> started;
  std::vector<Image*> running;
  while (started.size() < limit && (only_visible ? HasReadyVisible() : HasReady())) {
    Image& image = *ready_.begin()->second;
    Leave(image);
    image.state = State::kRunning;
    image.batch_id = batch_id;
    ++image.attempts;
    started.push_back(image.image);
    running.push_back(&image);
  }
  running_.emplace_back(batch_id, std::move(running));
  return started;
}

std::uint64_t PrefetchActor::FinishBatch(std::uint64_t batch_id,
                                         const std::vector<PrefetchResult>& results,
                                         const PrefetchOptions& options, bool is_offline,
                                         std::int64_t now_ms) {
  std::uint64_t bytes = 0;
  const std::vector<Image*> images = TakeRunning(batch_id);
  for (const PrefetchResult& result : results) {
    const auto known = by_key_.find(result.key);
    if (known == by_key_.end()) continue;
    Image& image = *known->second;
    if (image.state != State::kRunning || image.batch_id != batch_id) continue;
    bytes += result.bytes;
    if (result.outcome == PrefetchOutcome::kRetry && is_offline) {
      TakeBack(image);
    } else {
      Settle(image, result.outcome, options, now_ms);
    }
  }
  for (Image* image : images) {
    if (image->state != State::kRunning) continue;
    if (is_offline) {
      TakeBack(*image);
    } else {
      Settle(*image, PrefetchOutcome::kRetry, options, now_ms);
    }
  }
  return bytes;
}

void PrefetchActor::TakeBackBatch(std::uint64_t batch_id) {
  for (Image* image : TakeRunning(batch_id)) TakeBack(*image);
}

// REQUIRES: the image stands in no line.
void PrefetchActor::Settle(Image& image, PrefetchOutcome outcome, const PrefetchOptions& options,
                           std::int64_t now_ms) {
  switch (outcome) {
    case PrefetchOutcome::kAlreadyCached:
      ++counts_.skipped;
      [[fallthrough]];
    case PrefetchOutcome::kCached:
      image.state = State::kDone;
      ++counts_.completed;
      return;
    case PrefetchOutcome::kRetry:
      if (image.attempts < options.max_attempts) {
        image.state = State::kDelayed;
        image.due_ms = AddSaturating(now_ms, DelayAfter(image.attempts, options));
        delayed_.emplace(PrefetchPlace(image.due_ms, image.index), &image);
        return;
      }
      break;
    case PrefetchOutcome::kFailed:
      break;
  }
  image.state = State::kFailed;
  ++counts_.failed;
}

// REQUIRES: the image waits.
void PrefetchActor::Leave(Image& image) {
  if (image.state == State::kReady) {
    ready_.erase(ReadyPlace(image));
  } else {
    delayed_.erase({image.due_ms, image.index});
  }
}

// REQUIRES: the image stands in no line.
void PrefetchActor::MakeReady(Image& image) {
  image.state = State::kReady;
  ready_.emplace(ReadyPlace(image), &image);
}

// REQUIRES: the image runs.
void PrefetchActor::TakeBack(Image& image) {
  --image.attempts;
  MakeReady(image);
}

// REQUIRES: the batch runs.
std::vector<PrefetchActor::Image*> PrefetchActor::TakeRunning(std::uint64_t batch_id) {
  const auto batch = std::find_if(running_.begin(), running_.end(),
                                  [&](const auto& running) { return running.first == batch_id; });
  std::vector<Image*> images = std::move(batch->second);
  running_.erase(batch);
  return images;
}

void PrefetchActor::DropImages() {
  const std::size_t done = counts_.completed + counts_.failed;
  counts_.cancelled += counts_.total - done;
  counts_.total = done;
  ready_.clear();
  delayed_.clear();
  running_.clear();
  by_key_.clear();
  images_ = std::vector<std::unique_ptr<Image>>();
}

void PrefetchActor::Reset(PrefetchPriority priority) {
  DropImages();
  counts_ = {};
  priority_ = priority;
}

}  // namespace image_cache
