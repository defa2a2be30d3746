#include "native-server/store/space/last_uses.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "shared/paths/actor_id.h"

namespace image_cache {

void LastUses::Note(std::string_view actor_id, std::int64_t now_ms) {
  changed_ = true;
  if (open_actor_ != actor_id) open_actor_ = actor_id;
  const auto known = used_ms_.find(actor_id);
  if (known != used_ms_.end()) {
    known->second = std::max(known->second, now_ms);
    return;
  }
  if (used_ms_.size() >= kMaxActors) ForgetOlderHalf();
  used_ms_.emplace(actor_id, now_ms);
}

bool LastUses::IsUnusedSince(std::string_view actor_id, std::int64_t since_ms) const {
  if (actor_id == open_actor_) return false;
  const auto known = used_ms_.find(actor_id);
  return (known == used_ms_.end() ? since_ms_ : known->second) < since_ms;
}

void LastUses::ForgetOlderHalf() {
  std::vector<std::int64_t> times;
  for (const auto& [actor_id, at_ms] : used_ms_) times.push_back(at_ms);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  since_ms_ = std::max(since_ms_, *middle);
  std::erase_if(used_ms_, [this](const auto& use) { return use.second <= since_ms_; });
}

bool LastUses::TakeChanged() { return std::exchange(changed_, false); }

std::string LastUses::State() const {
  std::string state = std::to_string(since_ms_) + "\n";
  for (const auto& [actor_id, at_ms] : used_ms_) {
    state.append(std::to_string(at_ms)).append(" ").append(actor_id).append("\n");
  }
  return state;
}

bool LastUses::Restore(std::string_view state) {
  LastUses restored(0);
  for (bool is_first = true; !state.empty(); is_first = false) {
    const std::size_t end = state.find('\n');
    if (end == std::string_view::npos) return false;
    const std::string_view line = state.substr(0, end);
    state.remove_prefix(end + 1);
    std::int64_t at_ms = 0;
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), at_ms);
    if (error != std::errc()) return false;
    const std::string_view name = line.substr(static_cast<std::size_t>(rest - line.data()));
    if (is_first) {
      if (!name.empty()) return false;
      restored.since_ms_ = at_ms;
      continue;
    }
    if (!name.starts_with(' ') || !IsValidActorId(name.substr(1))) return false;
    if (restored.used_ms_.size() == kMaxActors) return false;
    restored.used_ms_.emplace(name.substr(1), at_ms);
  }
  if (restored.since_ms_ == 0) return false;
  *this = std::move(restored);
  return true;
}

}  // namespace image_cache
