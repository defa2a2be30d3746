// A thread that calls a function again and again, with a pause between.
//
// Destroying it waits for the call that runs. What the function throws is logged.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace image_cache {

class Ticker {
 public:
  Ticker(std::chrono::milliseconds pause, std::function<void()> tick);
  ~Ticker();

 private:
  void Run();

  const std::chrono::milliseconds pause_;
  const std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;     // last: it uses all of the above
};

}  // namespace image_cache
