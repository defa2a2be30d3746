// The pictures that may have been damaged by a power loss: those younger than the last checkpoint,
// after a stop that was not clean.
//
// Made at start, only shrinks; thread-safe. Empty at nearly every moment, which one atomic read
// tells. Paths are kept as their hashes, 8 bytes and a bit each: two paths with one hash would
// prove each other, once in 10^13 at a million of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace image_cache {

class Unproven {
 public:
  [[nodiscard]] static std::size_t HashOf(std::string_view local_path) {
    return std::hash<std::string_view>{}(local_path);
  }

  explicit Unproven(std::vector<std::size_t> path_hashes);

  [[nodiscard]] std::size_t left() const { return left_.load(std::memory_order_acquire); }
  [[nodiscard]] bool empty() const { return left() == 0; }
  [[nodiscard]] bool Contains(std::string_view local_path) const;

  // The file is right, or its entry gone.
  void Settle(std::string_view local_path);
  // All that are left have no entry any more.
  void SettleAll();

 private:
  std::atomic<std::size_t> left_;
  mutable std::mutex mutex_;
  std::vector<std::size_t> hashes_;  // guarded by mutex_; sorted, freed when nothing is left
  std::vector<bool> settled_;        // guarded by mutex_; of each hash
};

}  // namespace image_cache
