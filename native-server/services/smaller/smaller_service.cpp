#include "native-server/services/smaller/smaller_service.h"

#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "native-server/store/smaller/smaller_name.h"
#include "native-server/store/smaller/smaller_pictures.h"
#include "native-server/workers/shrunk_type.h"

namespace image_cache {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxRemembered = 10'000;
constexpr seconds kForgotten{0};
// The disk or the worker may be better by then.
constexpr seconds kForAMoment{30};
// The picture is what it is; a newer library may take it.
constexpr seconds kForLong{3600};

bool CanBeShrunk(ImageType type) {
  return type == ImageType::kJpeg || type == ImageType::kPng || type == ImageType::kWebp ||
         type == ImageType::kGif;
}

seconds RememberedFor(SmallerOutcome outcome, const std::optional<WorkerError>& error) {
  if (outcome == SmallerOutcome::kAsItIs) return kForLong;
  if (outcome != SmallerOutcome::kFailed) return kForgotten;
  const bool was_the_picture = error == WorkerError::kRefused || error == WorkerError::kCrashed ||
                               error == WorkerError::kTooSlow;
  return was_the_picture ? kForLong : kForAMoment;
}

// A copy: whoever wrote the file may still be able to. Nothing when it is not so long.
std::optional<std::vector<char>> ReadOutput(const UniqueFd& output, std::uint64_t size_bytes) {
  std::vector<char> bytes(size_bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t count =
        ::pread(output.get(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

std::optional<ImageType> TypeOf(std::uint64_t shrunk_type) {
  switch (static_cast<ShrunkType>(shrunk_type)) {
    case ShrunkType::kJpeg:
      return ImageType::kJpeg;
    case ShrunkType::kWebp:
      return ImageType::kWebp;
  }
  return std::nullopt;
}

}  // namespace

SmallerService::SmallerService(Store& store, WorkerPool& workers, Restoring* restoring,
                               const Clock& clock, SmallerOptions options)
    : store_(store),
      workers_(workers),
      restoring_(restoring),
      clock_(clock),
      max_pixels_(options.max_pixels),
      asked_(std::move(options.widths), options.ahead),
      memory_(kMaxRemembered) {
  if (options.ahead.count() == 0) return;
  ahead_.emplace([this] { return asked_.Lately(clock_.Monotonic()); },
                 [this](const LocalPath& original, int width, Callback done) {
                   MakeAhead(original, width, std::move(done));
                 });
}

void SmallerService::Make(const LocalPath& original, int width, Callback done) {
  const Order order{.original = original,
                    .width = width,
                    .urgency = WorkerUrgency::kDemand,
                    .done = [this, key = SmallerKey{original.text(), width}](
                                SmallerOutcome outcome) { TellWaiting(key, outcome); }};
  std::unique_lock lock(mutex_);
  if (const auto known = Recall(order)) {
    lock.unlock();
    return done(*known);
  }
  auto& callbacks = waiting_[order.Key()];
  callbacks.push_back(std::move(done));
  if (callbacks.size() > 1) {
    ++stats_.coalesced;
    return;
  }
  lock.unlock();
  Start(order);
}

void SmallerService::MakeAhead(const LocalPath& original, int width, Callback done) {
  if (store_.smaller().Holds(original, width)) return done(SmallerOutcome::kReady);
  const Order order{.original = original,
                    .width = width,
                    .urgency = WorkerUrgency::kBackground,
                    .done = std::move(done)};
  std::unique_lock lock(mutex_);
  const auto known = Recall(order);
  lock.unlock();
  if (known) return order.done(*known);
  Start(order);
}

std::optional<SmallerOutcome> SmallerService::Recall(const Order& order) {
  if (!CanBeShrunk(order.original.type())) return SmallerOutcome::kAsItIs;
  return memory_.Find(order.Key(), clock_.Monotonic());
}

void SmallerService::Start(const Order& order) {
  auto image = store_.OpenImage(order.original);
  const auto give_up = [this, order] { Finish(order, SmallerOutcome::kNotNow, kForgotten); };
  if (!image) return give_up();
  if (!image->is_compressed) {
    return Shrink(
        order, {.fd = std::move(image->fd), .size_bytes = image->size_bytes, .restored = nullptr});
  }
  if (restoring_ == nullptr) return give_up();
  restoring_->Restore(order.original,
                      [this, order, give_up](const Result<RestoredPtr, RestoreError>& restored) {
                        if (!restored) return give_up();
                        Shrink(order, {.fd = (*restored)->Duplicate(),
                                       .size_bytes = (*restored)->size_bytes,
                                       .restored = *restored});
                      });
}

void SmallerService::Shrink(const Order& order, Input input) {
  // What comes of it is smaller.
  const bool has_room = !order.IsAhead() || store_.smaller().HasRoomFor(input.size_bytes);
  const auto output = std::make_shared<UniqueFd>(::memfd_create("smaller", MFD_CLOEXEC));
  UniqueFd lent(output->get() < 0 ? -1 : ::dup(output->get()));
  if (!has_room || !input.fd || !lent) {
    return Finish(order, SmallerOutcome::kNotNow, kForgotten);
  }
  WorkerJob job{.request = {.operation = WorkerOperation::kShrink,
                            .parameters = {static_cast<std::uint64_t>(order.width), max_pixels_}},
                .input = std::move(input.fd),
                .output = std::move(lent),
                .urgency = order.urgency};
  workers_.Run(std::move(job), [this, order, output, original_bytes = input.size_bytes,
                                restored = std::move(input.restored)](const Outcome& outcome) {
    const SmallerOutcome taken = Take(order, outcome, *output, original_bytes);
    const auto error = outcome ? std::nullopt : std::optional(outcome.error().code);
    // In idle time, being slow says nothing of the picture.
    const bool was_idle = order.IsAhead() && error == WorkerError::kTooSlow;
    Finish(order, taken, was_idle ? kForgotten : RememberedFor(taken, error));
  });
}

SmallerOutcome SmallerService::Take(const Order& order, const Outcome& outcome,
                                    const UniqueFd& output, std::uint64_t original_bytes) {
  const LocalPath& original = order.original;
  if (!outcome) {
    const WorkerError code = outcome.error().code;
    if (code == WorkerError::kBusy || code == WorkerError::kStopping) {
      return SmallerOutcome::kNotNow;
    }
    spdlog::info("no smaller picture of {}: {}", original.text(), outcome.error().detail);
    return SmallerOutcome::kFailed;
  }
  if (outcome->output_bytes == 0) return SmallerOutcome::kAsItIs;
  const auto type = TypeOf(outcome->results[0]);
  // The worker may say anything, and would not have done this.
  if (!type || outcome->output_bytes >= original_bytes) return SmallerOutcome::kFailed;
  const auto bytes = ReadOutput(output, outcome->output_bytes);
  if (!bytes) return SmallerOutcome::kFailed;
  const Room room = order.IsAhead() ? Room::kAsItIs : Room::kByEvicting;
  const auto kept = store_.smaller().Keep(
      {.original = original, .width = order.width, .type = *type}, *bytes, room);
  if (kept) return SmallerOutcome::kReady;
  const StoreError why = kept.error().code;
  if (why == StoreError::kNotFound || (order.IsAhead() && why == StoreError::kFull)) {
    return SmallerOutcome::kNotNow;
  }
  spdlog::warn("a smaller picture of {} is not kept: {}", original.text(), kept.error().detail);
  return SmallerOutcome::kFailed;
}

void SmallerService::Finish(const Order& order, SmallerOutcome outcome,
                            std::chrono::seconds remembered_for) {
  {
    const std::lock_guard lock(mutex_);
    if (remembered_for > kForgotten) {
      memory_.Note(order.Key(), outcome, clock_.Monotonic() + remembered_for);
    }
    switch (outcome) {
      case SmallerOutcome::kReady:
        ++stats_.made;
        if (order.IsAhead()) ++stats_.made_ahead;
        break;
      case SmallerOutcome::kAsItIs:
        ++stats_.as_they_are;
        break;
      case SmallerOutcome::kNotNow:
        if (!order.IsAhead()) ++stats_.turned_away;
        break;
      case SmallerOutcome::kFailed:
        ++stats_.failed;
        break;
    }
  }
  order.done(outcome);
}

void SmallerService::TellWaiting(const SmallerKey& key, SmallerOutcome outcome) {
  std::vector<Callback> callbacks;
  {
    const std::lock_guard lock(mutex_);
    auto node = waiting_.extract(key);
    callbacks = std::move(node.mapped());
  }
  for (const Callback& done : callbacks) done(outcome);
}

SmallerServiceStats SmallerService::Stats() const {
  SmallerServiceStats stats;
  {
    const std::lock_guard lock(mutex_);
    stats = stats_;
    stats.running = waiting_.size();
    stats.remembered = memory_.size();
    stats.max_remembered = memory_.capacity();
  }
  if (ahead_) stats.ahead = ahead_->Stats();
  return stats;
}

}  // namespace image_cache
