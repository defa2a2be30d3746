#include "native-server/store/proof/checkpointer.h"

#include <spdlog/spdlog.h>

#include <future>
#include <optional>
#include <system_error>
#include <utility>

namespace image_cache {
namespace {

// Waits until the order, and all that was ordered before it, is committed.
Result<void, StoreError> CommitAndWait(IndexWriter& writer,
                                       std::optional<std::uint64_t> checkpoint_revision) {
  std::promise<Result<void, StoreError>> promise;
  writer.Enqueue(BookkeepingOrder{
      .checkpoint_revision = checkpoint_revision, .notes = {}, .done = [&promise](auto committed) {
        promise.set_value(std::move(committed));
      }});
  return promise.get_future().get();
}

}  // namespace

Checkpointer::Checkpointer(CacheFolder& folder, IndexWriter& writer, std::uint64_t last_revision,
                           const Unproven& unproven, std::chrono::milliseconds interval)
    : folder_(folder),
      writer_(writer),
      unproven_(unproven),
      interval_(interval),
      revision_(last_revision),
      thread_([this] { Run(); }) {}

Checkpointer::~Checkpointer() { StopThread(); }

void Checkpointer::StopThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::MakeSoon() {
  {
    const std::lock_guard lock(mutex_);
    soon_ = true;
  }
  wake_.notify_one();
}

bool Checkpointer::Finish() {
  StopThread();
  if (!unproven_.empty()) return false;
  // What still waits for the writer is to be in it as well.
  return CommitAndWait(writer_, std::nullopt).has_value() && Make();
}

CheckpointStats Checkpointer::Stats() const {
  return {.made = made_, .failed = failed_, .revision = revision_};
}

void Checkpointer::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_for(lock, interval_, [this] { return stopping_ || soon_; });
    if (stopping_) return;
    soon_ = false;
    lock.unlock();
    if (writer_.committed_revision() != revision_ && unproven_.empty()) (void)Make();
    lock.lock();
  }
}

bool Checkpointer::Make() {
  const std::uint64_t revision = writer_.committed_revision();
  const auto synced = folder_.files().SyncFileSystem(folder_.fd());
  if (!synced) {
    ++failed_;
    spdlog::warn("no checkpoint: the cache folder cannot be synced: {}",
                 std::generic_category().message(synced.error()));
    return false;
  }
  if (!CommitAndWait(writer_, revision)) {
    ++failed_;
    return false;
  }
  revision_ = revision;
  ++made_;
  return true;
}

}  // namespace image_cache
