#include "native-server/store/proof/unproven.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

// The hash's place among the sorted; their number when it is not there.
std::size_t PlaceOf(const std::vector<std::size_t>& hashes, std::size_t hash) {
  const auto place = std::lower_bound(hashes.begin(), hashes.end(), hash);
  if (place == hashes.end() || *place != hash) return hashes.size();
  return static_cast<std::size_t>(place - hashes.begin());
}

}  // namespace

Unproven::Unproven(std::vector<std::size_t> path_hashes) : hashes_(std::move(path_hashes)) {
  std::sort(hashes_.begin(), hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
  settled_.resize(hashes_.size());
  left_ = hashes_.size();
}

bool Unproven::Contains(std::string_view local_path) const {
  if (empty()) return false;
  const std::lock_guard lock(mutex_);
  const std::size_t place = PlaceOf(hashes_, HashOf(local_path));
  return place < hashes_.size() && !settled_[place];
}

void Unproven::Settle(std::string_view local_path) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t place = PlaceOf(hashes_, HashOf(local_path));
    if (place == hashes_.size() || settled_[place]) return;
    settled_[place] = true;
    if (--left_ > 0) return;
  }
  SettleAll();
}

void Unproven::SettleAll() {
  const std::lock_guard lock(mutex_);
  hashes_ = {};
  settled_ = {};
  left_ = 0;
}

}  // namespace image_cache
