#include "native-server/replay/simulated_cache.h"

#include <algorithm>

#include "native-server/replay/actor_caches.h"
#include "native-server/replay/picture_caches.h"

namespace image_cache {

void FutureOpenings::Append(std::uint32_t actor) {
  if (actor >= of_actor_.size()) of_actor_.resize(actor + 1);
  of_actor_[actor].push_back(++openings_);
}

std::uint32_t FutureOpenings::NextOf(std::uint32_t actor, std::uint32_t opening) const {
  if (actor >= of_actor_.size()) return kNever;  // prefetched, and never opened
  const std::vector<std::uint32_t>& openings = of_actor_[actor];
  const auto next = std::upper_bound(openings.begin(), openings.end(), opening);
  return next == openings.end() ? kNever : *next;
}

const std::vector<ReplayPolicy>& ReplayPolicies() {
  static const std::vector<ReplayPolicy> policies = {
      {"image-cache",
       [](std::uint64_t capacity, const ReplayedTrace& trace) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<FrecencyActorCache>(capacity, trace);
       }},
      {"LRU per picture",
       [](std::uint64_t capacity, const ReplayedTrace&) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<QueueCache>(capacity, QueueCache::Order::kLastRequest);
       }},
      {"FIFO per picture",
       [](std::uint64_t capacity, const ReplayedTrace&) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<QueueCache>(capacity, QueueCache::Order::kArrival);
       }},
      {"S3-FIFO per picture",
       [](std::uint64_t capacity, const ReplayedTrace&) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<S3FifoCache>(capacity);
       }},
      {"LRU per actor",
       [](std::uint64_t capacity, const ReplayedTrace&) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<LruActorCache>(capacity);
       }},
      {"Belady per actor",
       [](std::uint64_t capacity, const ReplayedTrace& trace) -> std::unique_ptr<SimulatedCache> {
         return std::make_unique<BeladyActorCache>(capacity, trace);
       }},
  };
  return policies;
}

}  // namespace image_cache
