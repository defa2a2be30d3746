#include "native-server/store/space/space_upkeep.h"

#include <utility>

namespace image_cache {

SpaceUpkeep::SpaceUpkeep(SpaceKeeper& space, Save save, std::chrono::milliseconds save_every)
    : space_(space), save_(std::move(save)), save_every_(save_every), thread_([this] { Run(); }) {
  space_.set_when_tight([this] {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_tight_, true)) return;
    }
    woken_.notify_one();
  });
}

SpaceUpkeep::~SpaceUpkeep() {
  space_.set_when_tight(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
  SaveIfChanged();
}

void SpaceUpkeep::Run() {
  auto next_save = std::chrono::steady_clock::now() + save_every_;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_.wait_until(lock, next_save, [this] { return stopping_ || is_tight_; });
    bool goes_on = std::exchange(is_tight_, false) && !stopping_;
    while (goes_on) {
      lock.unlock();
      goes_on = space_.MakeHeadroom();
      lock.lock();
      goes_on = goes_on && !stopping_;
    }
    if (stopping_ || std::chrono::steady_clock::now() < next_save) continue;
    lock.unlock();
    space_.MeasureHousekeeping();
    SaveIfChanged();
    lock.lock();
    next_save = std::chrono::steady_clock::now() + save_every_;
  }
}

void SpaceUpkeep::SaveIfChanged() {
  if (auto state = space_.TakeChangedState()) save_(kEvictionNote, std::move(*state));
  if (auto uses = space_.TakeChangedUses()) save_(kLastUsesNote, std::move(*uses));
}

}  // namespace image_cache
