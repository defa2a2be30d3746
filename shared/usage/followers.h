// Who was opened after one actor: the four who were most often, in 26 bytes.
//
// Two things are counted of each. `next`: how many of the visits to the actor led straight to this
// one (a first-order Markov chain). `near`: the same for the next few openings, each counted by one
// over its distance (sequential rules), which still sees a habit through one detour. Both forget,
// by visits to the actor. Plain data, used by one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "shared/usage/usage_slot.h"

namespace image_cache {

class Followers {
 public:
  static constexpr std::size_t kWidth = 4;
  static constexpr std::size_t kFarthest = 4;  // openings away that still count as near

  struct Follower {
    UsageSlot actor = kNoSlot;
    std::uint16_t next = 0, near = 0;  // in kUnit
  };
  // Every visit makes what is known of earlier ones worth 0.98 of what it was, so that no count
  // passes 50 visits: about 34 visits later a habit counts half.
  static constexpr float kDecay = 0.98F;
  static constexpr std::uint16_t kUnit = 1024;  // one visit

  // A visit has ended: `follower` was opened next.
  void NoteNext(UsageSlot follower);
  // It was opened `distance` openings later. REQUIRES: 2 <= distance <= kFarthest.
  void NoteNear(UsageSlot follower, std::size_t distance);
  void Forget(UsageSlot follower);

  [[nodiscard]] float visits() const { return static_cast<float>(visits_) / kUnit; }
  // Of those visits, how many led to it.
  [[nodiscard]] float NextCount(UsageSlot follower) const;
  // Shares from 0 to 1.
  [[nodiscard]] float NextShare(UsageSlot follower) const;
  [[nodiscard]] float NearShare(UsageSlot follower) const;

  // For the form on the disk.
  [[nodiscard]] const std::array<Follower, kWidth>& row() const { return row_; }
  [[nodiscard]] std::uint16_t visit_units() const { return visits_; }
  void Restore(std::uint16_t visit_units, const std::array<Follower, kWidth>& row) {
    visits_ = visit_units;
    row_ = row;
  }

 private:
  [[nodiscard]] const Follower* Find(UsageSlot follower) const;
  [[nodiscard]] Follower* Find(UsageSlot follower);
  [[nodiscard]] Follower& Weakest();

  std::uint16_t visits_ = 0;  // in kUnit
  std::array<Follower, kWidth> row_{};
};

}  // namespace image_cache
