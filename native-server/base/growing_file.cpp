#include "native-server/base/growing_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace image_cache {

std::optional<std::uint64_t> GrowingFile::total_bytes() const {
  if (announced_bytes_) return announced_bytes_;
  const Progress now = progress();
  if (now.state != State::kWhole) return std::nullopt;
  return now.size_bytes;
}

GrowingFile::Progress GrowingFile::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

GrowingFile::Watch GrowingFile::WatchBeyond(std::uint64_t size_bytes, std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (progress_.state == State::kGrowing && progress_.size_bytes <= size_bytes) {
      const std::uint64_t id = ++last_watch_;
      watchers_.emplace(id, Watcher{.size_bytes = size_bytes, .wake = std::move(wake)});
      return {*this, id};
    }
  }
  wake();
  return {};
}

void GrowingFile::GrowTo(std::uint64_t size_bytes) {
  Advance({.size_bytes = size_bytes, .state = State::kGrowing});
}

bool GrowingFile::ReadFrom(const UniqueFd& other) {
  // In one step: a reader's next call finds the one file or the other.
  return ::dup3(other.get(), fd_.get(), O_CLOEXEC) >= 0;
}

void GrowingFile::Finish() {
  const std::uint64_t size_bytes = progress().size_bytes;
  const bool is_whole = size_bytes == announced_bytes_.value_or(size_bytes);
  Advance({.size_bytes = size_bytes, .state = is_whole ? State::kWhole : State::kFailed});
}

void GrowingFile::Fail() {
  Advance({.size_bytes = progress().size_bytes, .state = State::kFailed});
}

void GrowingFile::Advance(Progress progress) {
  std::vector<std::function<void()>> to_wake;
  {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
    for (auto watcher = watchers_.begin(); watcher != watchers_.end();) {
      if (progress.state == State::kGrowing && progress.size_bytes <= watcher->second.size_bytes) {
        ++watcher;
        continue;
      }
      to_wake.push_back(std::move(watcher->second.wake));
      watcher = watchers_.erase(watcher);
    }
  }
  for (const auto& wake : to_wake) wake();
}

void GrowingFile::EndWatch(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(id);
}

}  // namespace image_cache
