// Which actor a person opens next, learnt from which were opened after which, when and how often:
// a mixture of small experts (expert_mixture.h). docs/usage-model.md tells why these, and how well
// they do.
//
// Plain data: no lock, clock or disk; time is an argument. Learning costs the same for ten actors
// and for ten thousand, guessing looks at every actor once. 64 KB for 1,000 actors whose ids have
// up to seven characters; beyond `max_actors` the one that was opened least is forgotten for each
// new one. Owned by the server's UsageService, and by the replay of a trace.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/result.h"
#include "shared/usage/actor_table.h"
#include "shared/usage/expert_mixture.h"
#include "shared/usage/follower_pairs.h"
#include "shared/usage/followers.h"
#include "shared/usage/list_steps.h"
#include "shared/usage/opening_counts.h"

namespace image_cache {

struct UsageGuess {
  std::string actor_id;
  double probability = 0;  // that it is the next one opened
  UsageExpert because = UsageExpert::kLast4;
  std::string reason;  // in words: "opened after 0007 in 8 of 10 visits"
};

enum class UsageStateError {
  kNotOurs,       // something else, or cut short, or damaged
  kNewerVersion,  // written by a newer version of this program
};

class UsageModel {
 public:
  static constexpr std::size_t kMaxActors = 8192;

  explicit UsageModel(std::size_t max_actors = kMaxActors);

  // There is such an actor, whether or not it is ever opened: it has its place in the list.
  // REQUIRES of all ids: IsValidActorId.
  void Hear(std::string_view actor_id);
  // A person opened it, `at_ms` since the Unix epoch. Opening the open one again tells nothing.
  void Open(std::string_view actor_id, std::int64_t at_ms);

  // What is opened next, the most probable first; never the one that is open.
  [[nodiscard]] std::vector<UsageGuess> Guess(std::size_t most, std::int64_t at_ms) const;
  // The same as if that one had been opened last.
  [[nodiscard]] std::vector<UsageGuess> GuessAfter(std::string_view actor_id, std::size_t most,
                                                   std::int64_t at_ms) const;
  // What is opened by somebody who comes anew: by how often and when alone.
  [[nodiscard]] std::vector<UsageGuess> Likely(std::size_t most, std::int64_t at_ms) const;

  [[nodiscard]] std::size_t actors() const { return table_.size(); }
  [[nodiscard]] std::size_t max_actors() const { return max_actors_; }
  [[nodiscard]] std::uint32_t openings() const { return openings_; }
  [[nodiscard]] std::string_view open_actor() const;  // empty: none was opened yet
  [[nodiscard]] std::size_t memory_bytes() const;     // all of it

  // The form on the disk: usage_state.cpp.
  [[nodiscard]] std::string Serialize() const;
  // Takes anything: what is not whole, or has a value that no openings lead to, is refused.
  [[nodiscard]] static Result<UsageModel, UsageStateError> Parse(std::string_view bytes,
                                                                 std::size_t max_actors);

 private:
  struct Actor {
    OpeningCounts counts;
    Followers followers;
  };
  // After whom: kNoSlot is nobody, or not known.
  struct Context {
    UsageSlot earlier = kNoSlot, open = kNoSlot;
    DayPhase phase;
  };
  // What is the same for all actors that a context is asked about.
  class Panel;

  [[nodiscard]] UsageSlot At(std::string_view actor_id);
  [[nodiscard]] UsageSlot LeastOpened() const;
  void Forget(UsageSlot slot);
  [[nodiscard]] std::vector<UsageGuess> GuessIn(const Context& context, std::size_t most) const;
  [[nodiscard]] Context Now(const DayPhase& phase) const {
    return {.earlier = recent_[1], .open = recent_[0], .phase = phase};
  }

  // More than anybody opens; the clock of all counts must not go round.
  static constexpr std::uint32_t kMostOpenings = std::uint32_t{1} << 31;

  std::size_t max_actors_;
  std::uint32_t openings_ = 0;                          // kMostOpenings at most
  OpeningSums sums_;                                    // of all actors, at openings_
  DayPhase phase_;                                      // of the last opening
  std::array<UsageSlot, Followers::kFarthest> recent_;  // the last opened first
  ActorTable table_;
  std::vector<Actor> actors_;  // by slot
  FollowerPairs pairs_;
  ListSteps steps_;
  ExpertMixture mixture_;
};

}  // namespace image_cache
