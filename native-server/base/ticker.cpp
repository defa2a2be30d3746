#include "native-server/base/ticker.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace image_cache {

Ticker::Ticker(std::chrono::milliseconds pause, std::function<void()> tick)
    : pause_(pause), tick_(std::move(tick)), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void Ticker::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, pause_, [this] { return stopping_; })) {
    lock.unlock();
    try {
      tick_();
    } catch (const std::exception& error) {
      spdlog::error("a regular task failed: {}", error.what());
    }
    lock.lock();
  }
}

}  // namespace image_cache
