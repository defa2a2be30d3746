// A value that is read all the time and replaced now and then: what a reload of the configuration
// changes.
//
// Thread-safe; reading takes no lock and writes nothing that another thread reads: each thread
// keeps the value it saw last, and compares a number to see that it is still the newest. So an
// answer is made by one value from the line that reads it, and a value that was replaced goes when
// the last thread that read it has read the next one: there is at most one for each thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace image_cache {

template <typename T>
class Reloadable {
 public:
  explicit Reloadable(T value) : latest_(std::make_shared<const T>(std::move(value))) {}
  // REQUIRES: no other thread knows `other` yet.
  Reloadable(Reloadable&& other) noexcept
      : latest_(std::move(other.latest_)), number_(other.number_.load()) {}
  Reloadable& operator=(Reloadable&&) = delete;

  void Replace(T value) {
    auto next = std::make_shared<const T>(std::move(value));
    const std::lock_guard lock(mutex_);
    latest_ = std::move(next);
    number_.store(NextNumber(), std::memory_order_release);
  }

  // Valid until this thread reads a Reloadable of the same type again: not for who waits meanwhile.
  [[nodiscard]] const T& Get() const {
    thread_local Seen seen;
    if (seen.number != number_.load(std::memory_order_acquire)) {
      const std::lock_guard lock(mutex_);
      seen = {.number = number_.load(std::memory_order_relaxed), .value = latest_};
    }
    return *seen.value;
  }

  // Another one for each value there ever was, of whatever Reloadable.
  [[nodiscard]] std::uint64_t number() const { return number_.load(std::memory_order_acquire); }

 private:
  struct Seen {
    std::uint64_t number = 0;
    std::shared_ptr<const T> value;
  };

  // Of all that have this type, so that the number alone says whose value a thread has seen.
  static std::uint64_t NextNumber() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
  }

  mutable std::mutex mutex_;         // guards latest_
  std::shared_ptr<const T> latest_;  // never null
  std::atomic<std::uint64_t> number_{NextNumber()};
};

}  // namespace image_cache
