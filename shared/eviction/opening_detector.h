// Which accesses are openings. A person opens an actor once and the page then asks for its 25
// pictures, scrolls, and asks for more: one opening, many accesses.
//
// An access is an opening when the actor
//   - was not accessed for kAwayMs, or never: somebody comes (back) to it;
//   - or was not accessed for kBurstMs, and another actor was opened since it was: somebody went
//     from this one to that one and back again.
// The pause keeps two people who look at two actors at once from opening them in turns with every
// picture. Time is an argument; any clock that only goes forward. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace image_cache {

class OpeningDetector {
 public:
  static constexpr std::int64_t kAwayMs = 60'000;
  static constexpr std::int64_t kBurstMs = 2'000;
  // Actors whose last access is remembered. Beyond, the older half is forgotten; who is forgotten
  // and still looked at counts as opened once more.
  static constexpr std::size_t kMaxActors = 1024;

  // True when this access is an opening.
  [[nodiscard]] bool NoteAccess(std::string_view actor_id, std::int64_t now_ms);

  // The actor that was opened last, or empty: somebody is looking at it.
  [[nodiscard]] const std::string& open_actor() const { return open_actor_; }
  [[nodiscard]] std::size_t remembered() const { return accesses_.size(); }

 private:
  struct Access {
    std::int64_t at_ms = 0;
    std::uint64_t openings = 0;  // of all actors, when it was opened or nobody had been since
  };

  void ForgetOlderHalf();

  std::unordered_map<std::string, Access> accesses_;
  std::uint64_t openings_ = 0;
  std::string open_actor_;
};

}  // namespace image_cache
