#include "native-server/store/folder/unlinker.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

using SteadyClock = std::chrono::steady_clock;

// About a millisecond on a quick disk: no publication waits longer for the lock.
constexpr std::size_t kFilesPerBatch = 64;

// After a batch of which nothing could be unlinked, doubled each time.
constexpr std::chrono::seconds kFirstPause{1};
constexpr std::chrono::seconds kLongestPause{60};

}  // namespace

Unlinker::Unlinker(CacheFolder& folder, const SharedIndex& index, SpaceKeeper& space,
                   std::mutex& changing)
    : folder_(folder), index_(index), space_(space), changing_(changing), thread_([this] {
        Run();
      }) {}

Unlinker::~Unlinker() { Stop(); }

void Unlinker::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  added_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Unlinker::Add(std::vector<DebrisFile> files) {
  for (const DebrisFile& file : files) bytes_ += file.size_bytes;
  files_ += files.size();
  Put(std::move(files));
}

void Unlinker::Add(ImageIndex images) {
  const ManifestTotals totals = images.manifest().Totals();
  if (totals.entries == 0) return;
  const CompressedTotals& compressed = images.compressed();
  bytes_ += totals.size_bytes - compressed.original_bytes + compressed.stored_bytes;
  files_ += totals.entries;
  {
    const std::lock_guard lock(mutex_);
    whole_.push_back(std::move(images));
  }
  added_.notify_one();
}

void Unlinker::Put(Batch files) {
  {
    const std::lock_guard lock(mutex_);
    for (DebrisFile& file : files) Wait(std::move(file));
  }
  added_.notify_one();
}

void Unlinker::Wait(DebrisFile file) {
  paths_.insert(file.local_path);
  waiting_.push_back(std::move(file));
}

bool Unlinker::IsDebris(std::string_view local_path) const {
  const std::lock_guard lock(mutex_);
  return paths_.contains(std::string(local_path)) ||
         std::any_of(whole_.begin(), whole_.end(), [local_path](const ImageIndex& images) {
           return images.PathOfFile(local_path).has_value();
         });
}

bool Unlinker::UnlinkSome() {
  if (files_ == 0) return false;
  const std::lock_guard changing(changing_);
  return Unlink(TakeBatch());
}

void Unlinker::UnlinkNow(std::vector<DebrisFile> files) {
  for (const DebrisFile& file : files) bytes_ += file.size_bytes;
  files_ += files.size();
  for (std::size_t from = 0; from < files.size(); from += kFilesPerBatch) {
    const auto begin = files.begin() + static_cast<std::ptrdiff_t>(from);
    const std::size_t count = std::min(kFilesPerBatch, files.size() - from);
    Batch batch(std::make_move_iterator(begin),
                std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
    const std::lock_guard changing(changing_);
    (void)Unlink(std::move(batch));
  }
}

void Unlinker::Run() {
  SteadyClock::duration pause = kFirstPause;
  std::optional<SteadyClock::time_point> end;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      added_.wait(lock, [this] { return stopping_ || !IsEmpty(); });
      if (IsEmpty()) return;
      if (stopping_ && !end) end = SteadyClock::now() + kLongestGoodbye;
    }
    const auto begun = SteadyClock::now();
    const bool freed = UnlinkSome();
    const auto now = SteadyClock::now();
    if (end && (!freed || now >= *end)) return;
    // A mutex is not fair: without a rest the writer might wait until all is done.
    const auto rest = freed ? now - begun : pause;
    pause = freed ? SteadyClock::duration(kFirstPause)
                  : std::min<SteadyClock::duration>(pause * 2, kLongestPause);
    std::unique_lock lock(mutex_);
    added_.wait_for(lock, rest, [this] { return stopping_; });
  }
}

Unlinker::Batch Unlinker::TakeBatch() {
  const std::lock_guard lock(mutex_);
  Batch batch;
  while (batch.size() < kFilesPerBatch && !IsEmpty()) {
    if (waiting_.empty()) {
      ImageIndex& images = whole_.front();
      if (actor_ids_.empty()) actor_ids_ = images.manifest().ActorIds();
      for (Entry& entry : images.RemoveActor(actor_ids_.back())) {
        Wait(TakeDebris(images, std::move(entry)));
      }
      actor_ids_.pop_back();
      if (actor_ids_.empty()) whole_.pop_front();
      continue;
    }
    paths_.erase(paths_.find(waiting_.front().local_path));
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

bool Unlinker::Unlink(Batch files) {
  Batch stuck;
  const std::size_t count = files.size();
  for (DebrisFile& file : files) {
    if (!UnlinkOne(file)) {
      stuck.push_back(std::move(file));
      continue;
    }
    space_.RemoveFile(file.actor_id, file.size_bytes);
    bytes_ -= file.size_bytes;
    --files_;
  }
  const bool freed = stuck.size() < count;
  if (!stuck.empty()) Put(std::move(stuck));
  return freed;
}

bool Unlinker::UnlinkOne(const DebrisFile& file) {
  const auto path = LocalPath::Parse(file.local_path);
  if (!path) return true;
  {
    const std::shared_lock lock(index_.mutex);
    // Named: published again since, so the file in this place is the new entry's.
    if (index_.images.PathOfFile(file.local_path)) return true;
  }
  if (!folder_.RemoveImage(*path)) return false;
  when_unlinked_(file.local_path);
  return true;
}

}  // namespace image_cache
