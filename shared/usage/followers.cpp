#include "shared/usage/followers.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

// Rounds down, so that what is not seen again comes to nothing.
std::uint16_t Decayed(std::uint16_t count) {
  return static_cast<std::uint16_t>(static_cast<float>(count) * Followers::kDecay);
}

std::uint16_t Plus(std::uint16_t count, std::size_t more) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(count + more, UINT16_MAX));
}

}  // namespace

void Followers::NoteNext(UsageSlot follower) {
  visits_ = Plus(Decayed(visits_), kUnit);
  for (Follower& one : row_) {
    one.next = Decayed(one.next);
    one.near = Decayed(one.near);
    if (one.next == 0 && one.near == 0) one.actor = kNoSlot;
  }
  Follower* known = Find(follower);
  if (known == nullptr) {
    // Always taken in: it may be the beginning of a new habit.
    known = &Weakest();
    *known = {.actor = follower};
  }
  known->next = Plus(known->next, kUnit);
  known->near = Plus(known->near, kUnit);
}

void Followers::NoteNear(UsageSlot follower, std::size_t distance) {
  const std::size_t weight = kUnit / distance;
  Follower* known = Find(follower);
  if (known == nullptr) {
    Follower& weakest = Weakest();
    // A passing neighbour does not push out who came next.
    if (weakest.next + weakest.near >= weight) return;
    known = &weakest;
    *known = {.actor = follower};
  }
  known->near = Plus(known->near, weight);
}

void Followers::Forget(UsageSlot follower) {
  if (Follower* known = Find(follower)) *known = {};
}

float Followers::NextCount(UsageSlot follower) const {
  const Follower* known = Find(follower);
  return known == nullptr ? 0 : static_cast<float>(known->next) / kUnit;
}

float Followers::NextShare(UsageSlot follower) const {
  return visits_ == 0 ? 0 : std::min(1.0F, NextCount(follower) / visits());
}

float Followers::NearShare(UsageSlot follower) const {
  const Follower* known = Find(follower);
  if (known == nullptr) return 0;
  float all = 0;
  for (const Follower& one : row_) all += static_cast<float>(one.near);
  return all > 0 ? static_cast<float>(known->near) / all : 0;
}

const Followers::Follower* Followers::Find(UsageSlot follower) const {
  const auto found = std::find_if(
      row_.begin(), row_.end(), [follower](const Follower& one) { return one.actor == follower; });
  return found == row_.end() ? nullptr : &*found;
}

Followers::Follower* Followers::Find(UsageSlot follower) {
  return const_cast<Follower*>(std::as_const(*this).Find(follower));
}

Followers::Follower& Followers::Weakest() {
  return *std::min_element(row_.begin(), row_.end(), [](const Follower& a, const Follower& b) {
    return a.next + a.near < b.next + b.near;
  });
}

}  // namespace image_cache
