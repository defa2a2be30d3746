#include "native-server/base/watchdog.h"

#include <algorithm>
#include <utility>

namespace image_cache {

Watchdog::Watchdog(std::chrono::microseconds deadline, std::size_t loops,
                   std::function<void()> tell)
    : pause_(deadline / 3), tell_(std::move(tell)), has_beaten_(loops, false) {}

void Watchdog::Beat(std::size_t loop, Time now) {
  if (pause_.count() == 0) return;
  const std::lock_guard lock(mutex_);
  has_beaten_.at(loop) = true;
  if (now - told_ < pause_ ||
      !std::all_of(has_beaten_.begin(), has_beaten_.end(), [](bool beaten) { return beaten; }))
    return;
  has_beaten_.assign(has_beaten_.size(), false);
  told_ = now;
  tell_();
}

}  // namespace image_cache
