// Who was opened after two actors in this order: a second-order Markov chain, for habits that the
// last opening alone does not tell (out of a list and back into it).
//
// A hash table of one half as many contexts as actors, two followers each. A new context takes the
// place of one that is seldom met. Plain data, used by one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/usage/usage_slot.h"

namespace image_cache {

class FollowerPairs {
 public:
  struct Context {
    UsageSlot earlier = kNoSlot, later = kNoSlot;  // kNoSlot: an empty place
    std::array<UsageSlot, 2> followers = {kNoSlot, kNoSlot};
    std::array<std::uint8_t, 2> counts{};  // of the visits
    std::uint8_t visits = 0;

    [[nodiscard]] float ShareOf(UsageSlot follower) const;
  };
  // Then all counts of the context are halved.
  static constexpr std::uint8_t kMostVisits = 64;

  // Makes room for half as many contexts as actors, in powers of two.
  void GrowFor(std::size_t actors);
  void Note(UsageSlot earlier, UsageSlot later, UsageSlot follower);
  // The actor's number will be another's.
  void Forget(UsageSlot actor);
  // Null when the two were never seen in this order, or no longer.
  [[nodiscard]] const Context* Find(UsageSlot earlier, UsageSlot later) const;

  [[nodiscard]] const std::vector<Context>& places() const { return places_; }
  // Puts back what was read. REQUIRES: GrowFor was called.
  void Restore(const Context& context) {
    places_[PlaceOf(context.earlier, context.later)] = context;
  }

 private:
  [[nodiscard]] std::size_t PlaceOf(UsageSlot earlier, UsageSlot later) const;

  std::vector<Context> places_;  // a power of two of them, or none
};

}  // namespace image_cache
