#include "shared/usage/follower_pairs.h"

#include <algorithm>

namespace image_cache {
namespace {

constexpr std::size_t kFewestPlaces = 32;

void Halve(FollowerPairs::Context& context) {
  context.visits /= 2;
  for (std::uint8_t& count : context.counts) count /= 2;
}

}  // namespace

void FollowerPairs::GrowFor(std::size_t actors) {
  std::size_t places = kFewestPlaces;
  while (places * 2 <= actors / 2 + 16) places *= 2;
  if (places <= places_.size()) return;
  std::vector<Context> smaller(places);
  smaller.swap(places_);
  for (const Context& context : smaller) {
    if (context.visits > 0) Restore(context);
  }
}

void FollowerPairs::Note(UsageSlot earlier, UsageSlot later, UsageSlot follower) {
  if (places_.empty()) return;
  Context& context = places_[PlaceOf(earlier, later)];
  if (context.earlier != earlier || context.later != later) {
    if (context.visits > 1) {
      --context.visits;  // who is often met stays for a while
      return;
    }
    context = {.earlier = earlier,
               .later = later,
               .followers = {follower, kNoSlot},
               .counts = {1, 0},
               .visits = 1};
    return;
  }
  if (context.visits >= kMostVisits) Halve(context);
  ++context.visits;
  for (std::size_t i = 0; i < context.followers.size(); ++i) {
    if (context.followers[i] != follower) continue;
    ++context.counts[i];
    return;
  }
  const std::size_t weaker = context.counts[0] < context.counts[1] ? 0 : 1;
  context.followers[weaker] = follower;
  context.counts[weaker] = 1;
}

void FollowerPairs::Forget(UsageSlot actor) {
  for (Context& context : places_) {
    if (context.earlier == actor || context.later == actor) context = {};
    for (std::size_t i = 0; i < context.followers.size(); ++i) {
      if (context.followers[i] != actor) continue;
      context.followers[i] = kNoSlot;
      context.counts[i] = 0;
    }
  }
}

const FollowerPairs::Context* FollowerPairs::Find(UsageSlot earlier, UsageSlot later) const {
  if (places_.empty()) return nullptr;
  const Context& context = places_[PlaceOf(earlier, later)];
  if (context.visits == 0 || context.earlier != earlier || context.later != later) return nullptr;
  return &context;
}

float FollowerPairs::Context::ShareOf(UsageSlot follower) const {
  // A context whose place another one wants has lost visits, but not yet counts.
  const int all = std::max<int>(visits, counts[0] + counts[1]);
  for (std::size_t i = 0; i < followers.size(); ++i) {
    if (followers[i] == follower) return static_cast<float>(counts[i]) / static_cast<float>(all);
  }
  return 0;
}

std::size_t FollowerPairs::PlaceOf(UsageSlot earlier, UsageSlot later) const {
  // Multiplicative hashing (Knuth, The Art of Computer Programming, 6.4): the high bits are mixed.
  const std::uint32_t both = (static_cast<std::uint32_t>(earlier) << 16) | later;
  const std::uint64_t mixed = both * 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(mixed >> 32) & (places_.size() - 1);
}

}  // namespace image_cache
