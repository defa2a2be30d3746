// What one connection's request body takes of the memory that all bodies together may have: each
// may be 8 MiB, and thousands of connections at once must not take thousands of times that.
//
// Owned by a connection, on its thread; the sum is an atomic.
#pragma once

#include <cstdint>

#include "native-server/http/server/server_state.h"

namespace image_cache {

class BodyShare {
 public:
  explicit BodyShare(ServerState& state) : state_(state) {}
  ~BodyShare() { Release(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  // From now on the body takes so many bytes. False: that would be too many together, and is
  // counted as a refusal.
  [[nodiscard]] bool Hold(std::uint64_t size_bytes) {
    // What comes in one read with its head is bounded by the number of connections.
    if (size_bytes <= held_bytes_ || size_bytes <= kFreeBytes) return true;
    const std::uint64_t more = size_bytes - held_bytes_;
    if (state_.bodies_bytes.fetch_add(more) + more > state_.limits.all_bodies_bytes) {
      state_.bodies_bytes.fetch_sub(more);
      state_.bodies_refused.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    held_bytes_ = size_bytes;
    return true;
  }

  void Release() {
    if (held_bytes_ > 0) state_.bodies_bytes.fetch_sub(held_bytes_);
    held_bytes_ = 0;
  }

 private:
  static constexpr std::uint64_t kFreeBytes = 4 * 1024;

  ServerState& state_;
  std::uint64_t held_bytes_ = 0;
};

}  // namespace image_cache
