#include "native-server/services/compression/compressor.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "native-server/base/idle_priority.h"
#include "native-server/services/compression/memory_file.h"

namespace image_cache {
namespace {

using std::chrono::microseconds;

// What the file system gives a file.
constexpr std::uint64_t kBlockBytes = 4096;
std::uint64_t Blocks(std::uint64_t size_bytes) {
  return (size_bytes + kBlockBytes - 1) / kBlockBytes;
}

std::size_t HashOf(const Entry& entry) { return std::hash<std::string>{}(entry.local_path); }

// A picture that a process dies of is not tried again and again.
bool IsRefusal(CodecError error) {
  return error == CodecError::kRefused || error == CodecError::kLost;
}

}  // namespace

Compressor::Compressor(Store& store, PictureCodec& codec, const Clock& clock,
                       const CompressorOptions& options, std::function<bool()> is_disturbed)
    : store_(store),
      codec_(codec),
      clock_(clock),
      options_(options),
      is_disturbed_(std::move(is_disturbed)),
      thread_([this] { Run(); }) {}

Compressor::~Compressor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

void Compressor::Run() {
  LowerPriorityOfThisThread();
  // Nothing gets cold within a part of the time that it takes to.
  const auto rest = std::clamp<std::chrono::milliseconds>(
      options_.cold_after / 10, std::chrono::milliseconds(50), kLongestRest);
  do {
    try {
      const std::int64_t since_ms = clock_.NowMs() - options_.cold_after.count();
      for (const std::string& actor_id : store_.ColdActors(since_ms)) {
        if (!CompressActor(actor_id, since_ms)) break;
      }
    } catch (const std::exception& error) {
      spdlog::error("compressing has failed: {}", error.what());
    }
  } while (Rest(rest));
}

bool Compressor::CompressActor(const std::string& actor_id, std::int64_t since_ms) {
  for (const Entry& entry : store_.ColdJpegs(actor_id, since_ms)) {
    if (refused_.contains(HashOf(entry))) continue;
    if (!AwaitCalm()) return false;
    std::uint64_t cpu_us = 0;
    const Outcome outcome = Compress(entry, since_ms, cpu_us);
    Note(outcome, cpu_us);
    if (outcome == Outcome::kRefused) {
      if (refused_.size() >= kMaxRefused) refused_.clear();
      refused_.insert(HashOf(entry));
    }
    if (outcome == Outcome::kNoRoom) return false;
    // So that of all the time the work is that share.
    if (!Rest(microseconds(cpu_us) * (100 - options_.share_percent) / options_.share_percent)) {
      return false;
    }
  }
  return true;
}

Compressor::Outcome Compressor::Compress(const Entry& entry, std::int64_t since_ms,
                                         std::uint64_t& cpu_us) {
  const auto path = LocalPath::Parse(entry.local_path);
  auto image = path ? store_.OpenImage(*path) : Fail(StoreError::kNotFound, "no path");
  if (!image || image->is_compressed) return Outcome::kFailed;
  const UniqueFd jxl = MakeMemoryFile();
  const UniqueFd back = MakeMemoryFile();
  if (!jxl || !back) return Outcome::kFailed;

  const auto compressed =
      RunCodec({.to = PictureForm::kCompressed,
                .input = std::move(image->fd),
                .output = Duplicate(jxl),
                .max_output_bytes = entry.size_bytes - entry.size_bytes / kLeastSaving});
  if (!compressed) {
    return IsRefusal(compressed.error().code) ? Outcome::kRefused : Outcome::kFailed;
  }
  cpu_us += compressed->cpu_us;
  if (!Seal(jxl)) return Outcome::kRefused;  // the worker holds on to it, as ours never does
  if (Blocks(compressed->output_bytes) >= Blocks(entry.size_bytes)) return Outcome::kRefused;

  const auto restored = RunCodec({.to = PictureForm::kOriginal,
                                  .input = Duplicate(jxl),
                                  .output = Duplicate(back),
                                  .max_output_bytes = entry.size_bytes});
  if (!restored && !IsRefusal(restored.error().code)) return Outcome::kFailed;
  if (restored) cpu_us += restored->cpu_us;
  if (!restored || restored->output_bytes != entry.size_bytes || !Seal(back) ||
      !HasHash(back, entry.size_bytes, entry.sha256)) {
    return Outcome::kRefused;
  }
  // Somebody may have come meanwhile.
  if (store_.ColdJpegs(entry.actor_id, since_ms).empty()) return Outcome::kFailed;
  auto pending = store_.BeginForm(entry, PictureForm::kCompressed, compressed->output_bytes);
  if (!pending) return Outcome::kNoRoom;
  const bool is_written = ReadPieces(
      jxl, compressed->output_bytes,
      [&pending](std::string_view piece) { return (*pending)->Append(piece).has_value(); });
  if (!is_written) return Outcome::kFailed;
  if (!store_.ChangeForm(entry, PictureForm::kCompressed, std::move(*pending))) {
    return Outcome::kFailed;
  }
  const std::lock_guard lock(mutex_);
  stats_.saved_bytes += entry.size_bytes - compressed->output_bytes;
  return Outcome::kDone;
}

Result<CodecAnswer, CodecError> Compressor::RunCodec(CodecJob job) {
  if (!job.input || !job.output) return Fail(CodecError::kFailed, "no descriptor is left");
  auto promise = std::make_shared<std::promise<Result<CodecAnswer, CodecError>>>();
  auto answer = promise->get_future();
  codec_.Run(std::move(job), /*is_awaited=*/false, [promise](Result<CodecAnswer, CodecError> done) {
    promise->set_value(std::move(done));
  });
  return answer.get();
}

void Compressor::Note(Outcome outcome, std::uint64_t cpu_us) {
  const std::lock_guard lock(mutex_);
  stats_.cpu_us += cpu_us;
  switch (outcome) {
    case Outcome::kDone:
      ++stats_.compressed;
      break;
    case Outcome::kRefused:
      ++stats_.refused;
      break;
    case Outcome::kFailed:
    case Outcome::kNoRoom:
      ++stats_.failed;
      break;
  }
}

bool Compressor::Rest(microseconds duration) {
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, duration, [this] { return stopping_; });
  return !stopping_;
}

bool Compressor::AwaitCalm() {
  constexpr std::chrono::milliseconds kLook{50};
  while (is_disturbed_()) {
    if (!Rest(kLook)) return false;
  }
  return Rest(microseconds(0));
}

CompressorStats Compressor::Stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace image_cache
