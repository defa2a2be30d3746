#include "native-server/services/compression/restoring.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "native-server/services/compression/memory_file.h"

namespace image_cache {

UniqueFd RestoredPicture::Duplicate() const { return image_cache::Duplicate(fd); }

Restoring::Restoring(Store& store, PictureCodec& codec, std::uint64_t max_bytes)
    : store_(store),
      codec_(codec),
      space_(std::make_shared<UnstoredSpace>(max_bytes)),
      thread_([this] { RunThread(); }) {}

Restoring::~Restoring() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  added_.notify_one();
  thread_.join();
}

void Restoring::Restore(const LocalPath& path, Callback done) {
  std::unique_lock lock(mutex_);
  RunningPtr& known = running_[path.text()];
  const bool is_first = !known;
  if (is_first) known = std::make_shared<Running>();
  const RunningPtr running = known;
  if (const RestoredPtr there = running->picture) {
    lock.unlock();
    return done(there);
  }
  running->waiting.push_back(std::move(done));
  ++awaited_;
  lock.unlock();
  if (is_first) Start(path, running);
}

void Restoring::Start(const LocalPath& path, const RunningPtr& running) {
  auto entry = store_.FindByPath(path);
  running->entry.local_path = path.text();
  if (!entry) return Fail(running, {RestoreError::kNotFound, "no such picture is cached"});
  running->entry = std::move(*entry);
  running->share = std::make_shared<UnstoredShare>(space_);
  if (!running->share->GrowTo(running->entry.size_bytes)) {
    return Fail(running, {RestoreError::kBusy, "too many pictures are being turned back"});
  }
  auto image = store_.OpenImage(path);
  if (!image || !image->is_compressed) {
    // Not compressed: another has turned it back since the caller looked.
    const bool is_gone = image || image.error().code == StoreError::kNotFound;
    return Fail(running, {is_gone ? RestoreError::kNotFound : RestoreError::kFailed,
                          image ? "it is not compressed any more" : image.error().detail});
  }
  running->output = MakeMemoryFile();
  UniqueFd output = Duplicate(running->output);
  if (!output) return Fail(running, {RestoreError::kFailed, "no memory or descriptor is left"});
  codec_.Run({.to = PictureForm::kOriginal,
              .input = std::move(image->fd),
              .output = std::move(output),
              .max_output_bytes = running->entry.size_bytes},
             /*is_awaited=*/true, [this, running](const Result<CodecAnswer, CodecError>& answer) {
               OnRestored(running, answer);
             });
}

void Restoring::OnRestored(const RunningPtr& running,
                           const Result<CodecAnswer, CodecError>& answer) {
  const Entry& entry = running->entry;
  if (!answer && answer.error().code == CodecError::kLost) {
    // Out of memory, or a machine with much else to do: what is whole comes back another time.
    if (store_.DropDamaged(entry)) return FailBroken(running);
    return Fail(running, {RestoreError::kFailed, answer.error().detail});
  }
  if (!answer && answer.error().code != CodecError::kRefused) {
    const bool is_busy = answer.error().code == CodecError::kBusy;
    return Fail(running,
                {is_busy ? RestoreError::kBusy : RestoreError::kFailed, answer.error().detail});
  }
  // The codec is not believed: whoever made the picture may have taken it over, and may write what
  // it was lent later as well.
  if (!answer || answer->output_bytes != entry.size_bytes || !Seal(running->output) ||
      !HasHash(running->output, entry.size_bytes, entry.sha256)) {
    spdlog::warn("a compressed picture is broken, and is dropped: {}", entry.local_path);
    store_.DropBroken(entry);
    return FailBroken(running);
  }
  auto picture = std::make_shared<RestoredPicture>(RestoredPicture{
      .fd = std::move(running->output), .size_bytes = entry.size_bytes, .share = running->share});
  std::vector<Callback> waiting;
  {
    const std::lock_guard lock(mutex_);
    running->picture = picture;
    waiting.swap(running->waiting);
    awaited_ -= waiting.size();
    ++stats_.restored;
    stats_.cpu_us += answer->cpu_us;
    restored_.push_back(running);
  }
  for (const Callback& done : waiting) done(picture);
  added_.notify_one();
}

void Restoring::FailBroken(const RunningPtr& running) {
  {
    const std::lock_guard lock(mutex_);
    ++stats_.broken;
  }
  Fail(running, {RestoreError::kNotFound, "the picture was broken and is dropped"});
}

void Restoring::Fail(const RunningPtr& running, const Error<RestoreError>& error) {
  std::vector<Callback> waiting;
  {
    const std::lock_guard lock(mutex_);
    running_.erase(running->entry.local_path);
    waiting.swap(running->waiting);
    awaited_ -= waiting.size();
    if (error.code != RestoreError::kNotFound) ++stats_.failed;
  }
  for (const Callback& done : waiting) done(tl::make_unexpected(error));
}

void Restoring::RunThread() {
  for (;;) {
    RunningPtr running;
    {
      std::unique_lock lock(mutex_);
      added_.wait(lock, [this] { return stopping_ || !restored_.empty(); });
      if (restored_.empty()) return;
      running = std::move(restored_.front());
      restored_.pop_front();
    }
    const bool is_stored = PutBack(*running);
    const std::lock_guard lock(mutex_);
    if (is_stored) ++stats_.stored;
    running_.erase(running->entry.local_path);
  }
}

bool Restoring::PutBack(const Running& running) {
  const Entry& entry = running.entry;
  // What fails here costs the next who opens the picture another turn.
  auto image = store_.BeginForm(entry, PictureForm::kOriginal, entry.size_bytes);
  if (!image) return false;
  const bool is_written =
      ReadPieces(running.picture->fd, entry.size_bytes,
                 [&image](std::string_view piece) { return (*image)->Append(piece).has_value(); });
  if (!is_written) return false;
  return store_.ChangeForm(entry, PictureForm::kOriginal, std::move(*image)).has_value();
}

bool Restoring::IsAwaited() const {
  const std::lock_guard lock(mutex_);
  return awaited_ > 0;
}

RestoreStats Restoring::Stats() const {
  const UnstoredStats space = space_->Stats();
  const std::lock_guard lock(mutex_);
  RestoreStats stats = stats_;
  stats.running = running_.size();
  stats.bytes = space.bytes;
  stats.max_bytes = space.max_bytes;
  return stats;
}

}  // namespace image_cache
