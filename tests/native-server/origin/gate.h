// A door that a test opens once, for what waits on another thread.
#pragma once

#include <chrono>
#include <future>

namespace image_cache {

class Gate {
 public:
  void Open() { promise_.set_value(); }
  // False when nobody opened it in time, so that a failing test ends.
  bool Wait() const {
    return opened_.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
};

}  // namespace image_cache
