#include "native-server/store/verify/reader_threads.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "native-server/base/idle_priority.h"

namespace image_cache {

ReaderThreads::ReaderThreads(unsigned threads, bool in_idle_time,
                             std::function<void(const LocalPath&)> read)
    : in_idle_time_(in_idle_time), read_(std::move(read)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

ReaderThreads::~ReaderThreads() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ReaderThreads::Read(LocalPath path) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() < kMaxQueued; });
    queue_.push_back(std::move(path));
  }
  changed_.notify_all();
}

void ReaderThreads::Run() {
  if (in_idle_time_) LowerPriorityOfThisThread();
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const LocalPath path = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    changed_.notify_all();
    try {
      read_(path);
    } catch (const std::exception& error) {
      spdlog::error("a picture could not be checked: {}", error.what());
    }
    lock.lock();
  }
}

}  // namespace image_cache
