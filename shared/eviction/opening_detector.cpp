#include "shared/eviction/opening_detector.h"

#include <algorithm>
#include <vector>

namespace image_cache {

bool OpeningDetector::NoteAccess(std::string_view actor_id, std::int64_t now_ms) {
  auto found = accesses_.find(std::string(actor_id));
  const bool is_known = found != accesses_.end();
  bool is_opening = !is_known;
  bool another_was_opened = false;
  if (is_known) {
    const std::int64_t pause_ms = now_ms - found->second.at_ms;
    another_was_opened = found->second.openings != openings_;
    is_opening = pause_ms > kAwayMs || (another_was_opened && pause_ms > kBurstMs);
  } else {
    if (accesses_.size() >= kMaxActors) ForgetOlderHalf();
    found = accesses_.emplace(actor_id, Access{}).first;
  }
  if (is_opening) {
    ++openings_;
    open_actor_ = actor_id;
  }
  found->second.at_ms = now_ms;
  // Who comes back within a burst has still to be told from who goes on with the other.
  if (is_opening || !another_was_opened) found->second.openings = openings_;
  return is_opening;
}

void OpeningDetector::ForgetOlderHalf() {
  std::vector<std::int64_t> times;
  times.reserve(accesses_.size());
  for (const auto& [actor_id, access] : accesses_) times.push_back(access.at_ms);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  // Not only those before the middle: all may be of the same moment.
  const std::int64_t last_ms = *middle;
  std::erase_if(accesses_, [last_ms](const auto& item) { return item.second.at_ms <= last_ms; });
}

}  // namespace image_cache
