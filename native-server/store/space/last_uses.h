// When each actor was opened last, by the wall clock: who is cold. Kept over restarts.
//
// Plain data without a lock; the SpaceKeeper locks it. Bound (design rule 8): kMaxActors. Beyond,
// the older half is forgotten, and counts as opened when the youngest of it was: nobody is ever
// taken for colder than they are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace image_cache {

class LastUses {
 public:
  static constexpr std::size_t kMaxActors = 16384;

  // Of the time before `since_ms` nothing is known, so everybody counts as opened then.
  explicit LastUses(std::int64_t since_ms) : since_ms_(since_ms) {}

  void Note(std::string_view actor_id, std::int64_t now_ms);
  // False as well for the actor that was opened last: somebody may be looking at it still.
  [[nodiscard]] bool IsUnusedSince(std::string_view actor_id, std::int64_t since_ms) const;

  // Whether anything was noted since the last call.
  [[nodiscard]] bool TakeChanged();
  // A line for each actor: the time, a space, the id. The first line has no id.
  [[nodiscard]] std::string State() const;
  // False, and nothing happens, when it is no State.
  [[nodiscard]] bool Restore(std::string_view state);

  [[nodiscard]] std::size_t actors() const { return used_ms_.size(); }

 private:
  void ForgetOlderHalf();

  std::int64_t since_ms_;
  std::map<std::string, std::int64_t, std::less<>> used_ms_;
  std::string open_actor_;
  bool changed_ = true;  // a state without anybody says since when
};

}  // namespace image_cache
