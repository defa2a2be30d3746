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
      options_(std::move(options)),
      memory_(kMaxRemembered) {}

void SmallerService::Make(const LocalPath& original, int width, Callback done) {
  const SmallerKey key{original.text(), width};
  std::unique_lock lock(mutex_);
  const std::optional<SmallerOutcome> known = CanBeShrunk(original.type())
                                                  ? memory_.Find(key, clock_.Monotonic())
                                                  : SmallerOutcome::kAsItIs;
  if (known) {
    lock.unlock();
    return done(*known);
  }
  auto& callbacks = waiting_[key];
  callbacks.push_back(std::move(done));
  if (callbacks.size() > 1) {
    ++stats_.coalesced;
    return;
  }
  lock.unlock();
  Start(original, width);
}

void SmallerService::Start(const LocalPath& original, int width) {
  auto image = store_.OpenImage(original);
  const auto give_up = [this, original, width] {
    Finish({original.text(), width}, SmallerOutcome::kNotNow, kForgotten);
  };
  if (!image) return give_up();
  if (!image->is_compressed) {
    return Shrink(
        original, width,
        {.fd = std::move(image->fd), .size_bytes = image->size_bytes, .restored = nullptr});
  }
  if (restoring_ == nullptr) return give_up();
  restoring_->Restore(original, [this, original, width,
                                 give_up](const Result<RestoredPtr, RestoreError>& restored) {
    if (!restored) return give_up();
    Shrink(original, width,
           {.fd = (*restored)->Duplicate(),
            .size_bytes = (*restored)->size_bytes,
            .restored = *restored});
  });
}

void SmallerService::Shrink(const LocalPath& original, int width, Input input) {
  const auto output = std::make_shared<UniqueFd>(::memfd_create("smaller", MFD_CLOEXEC));
  UniqueFd lent(output->get() < 0 ? -1 : ::dup(output->get()));
  if (!input.fd || !lent) {
    return Finish({original.text(), width}, SmallerOutcome::kNotNow, kForgotten);
  }
  WorkerJob job{.request = {.operation = WorkerOperation::kShrink,
                            .parameters = {static_cast<std::uint64_t>(width), options_.max_pixels}},
                .input = std::move(input.fd),
                .output = std::move(lent)};
  workers_.Run(std::move(job), [this, original, width, output, original_bytes = input.size_bytes,
                                restored = std::move(input.restored)](const Outcome& outcome) {
    const SmallerOutcome taken = Take(original, width, outcome, *output, original_bytes);
    const auto error = outcome ? std::nullopt : std::optional(outcome.error().code);
    Finish({original.text(), width}, taken, RememberedFor(taken, error));
  });
}

SmallerOutcome SmallerService::Take(const LocalPath& original, int width, const Outcome& outcome,
                                    const UniqueFd& output, std::uint64_t original_bytes) {
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
  const auto kept =
      store_.smaller().Keep({.original = original, .width = width, .type = *type}, *bytes);
  if (kept) return SmallerOutcome::kReady;
  if (kept.error().code == StoreError::kNotFound) return SmallerOutcome::kNotNow;
  spdlog::warn("a smaller picture of {} is not kept: {}", original.text(), kept.error().detail);
  return SmallerOutcome::kFailed;
}

void SmallerService::Finish(const SmallerKey& key, SmallerOutcome outcome,
                            std::chrono::seconds remembered_for) {
  std::vector<Callback> callbacks;
  {
    const std::lock_guard lock(mutex_);
    if (remembered_for > kForgotten) {
      memory_.Note(key, outcome, clock_.Monotonic() + remembered_for);
    }
    switch (outcome) {
      case SmallerOutcome::kReady:
        ++stats_.made;
        break;
      case SmallerOutcome::kAsItIs:
        ++stats_.as_they_are;
        break;
      case SmallerOutcome::kNotNow:
        ++stats_.turned_away;
        break;
      case SmallerOutcome::kFailed:
        ++stats_.failed;
        break;
    }
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
  return stats;
}

}  // namespace image_cache
