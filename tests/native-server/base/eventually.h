// Waiting for what another thread does, in all tests of the server.
#pragma once

#include <chrono>
#include <thread>

namespace image_cache {

// Until the condition holds. False after a time that is far beyond what it can take.
template <typename Condition>
[[nodiscard]] bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    // Not yielding: what is waited for may have the lowest priority.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace image_cache
