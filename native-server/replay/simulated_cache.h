// A cache that holds no bytes: what a replay asks which pictures would have been there.
//
// Each is owned by the replay and used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

// One access of a trace, with the actors numbered in the order of their first row.
struct Access {
  std::uint64_t picture_id = 0;
  std::uint64_t size_bytes = 0;
  std::uint32_t actor = 0;
  std::uint32_t openings = 0;  // of all actors so far, this one's included when it is one
  bool is_opening = false;
};

// What only the future knows, for who may look: when an actor is opened next.
class FutureOpenings {
 public:
  static constexpr std::uint32_t kNever = UINT32_MAX;

  // Opening number 1, 2, … of the trace is one of this actor.
  void Append(std::uint32_t actor);
  // The number of its first opening after `opening`.
  [[nodiscard]] std::uint32_t NextOf(std::uint32_t actor, std::uint32_t opening) const;

 private:
  std::uint32_t openings_ = 0;
  std::vector<std::vector<std::uint32_t>> of_actor_;  // ascending
};

class SimulatedCache {
 public:
  virtual ~SimulatedCache() = default;
  // True for a hit. After a miss the picture is in the cache, unless there is no room for it.
  virtual bool Request(const Access& access) = 0;
  // The picture comes without having been asked for.
  virtual void Prefetch(const Access& access) = 0;
};

// What the names and the future of a trace are kept in outlives the caches.
struct ReplayedTrace {
  std::vector<std::string> actor_ids;  // by number
  FutureOpenings future;
};

struct ReplayPolicy {
  std::string_view name;
  std::unique_ptr<SimulatedCache> (*make)(std::uint64_t capacity_bytes, const ReplayedTrace& trace);
};

// In the order in which they are printed; the first is the server's own.
[[nodiscard]] const std::vector<ReplayPolicy>& ReplayPolicies();

}  // namespace image_cache
