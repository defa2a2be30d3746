// Who guesses the next opening: the usage model, and four rules to compare it with.
//
// Each is owned by the replay and used by one thread. Actors are the numbers of the trace's list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

struct Foretold {
  std::vector<std::size_t> actors;    // the most probable first, at most five; not the open one
  std::size_t worth_prefetching = 0;  // the first so many of them
};

class Predictor {
 public:
  virtual ~Predictor() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Foretold Guess() const = 0;
  // The actor was opened. REQUIRES: it is not the open one.
  virtual void Learn(std::size_t actor, std::int64_t at_ms) = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const { return 0; }  // 0: not measured
};

// `list`: the ids of all actors in the order of a list; outlives them. The usage model is first.
// The others say no probability, so their first guess is always worth prefetching.
[[nodiscard]] std::vector<std::unique_ptr<Predictor>> MakePredictors(
    const std::vector<std::string>& list);

}  // namespace image_cache
