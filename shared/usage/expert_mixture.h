// How much each of several experts is to be believed, learnt from how well they foretold.
//
// An expert that has nothing to say of a moment sleeps: it takes no part, and its weight stays. The
// weights are kept apart by how much is known of what follows the open actor (a Markov chain that
// has seen one visit is worth little, one that has seen twenty a lot). Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace image_cache {

enum class UsageExpert : std::uint8_t {
  kLast4,  // opened often among the last few; the four half-lives of OpeningCounts
  kLast32,
  kLast256,
  kLast2048,
  kDaytime,    // opened often at this time of the day
  kNext,       // opened next after the open one
  kNextOfTwo,  // opened next after the last two
  kNear,       // opened soon after the open one
  kStep,       // a step in the list from the open one
};
inline constexpr std::size_t kUsageExperts = 9;

// By UsageExpert: the probability that the expert gives to one actor; negative: it sleeps.
using ExpertOpinions = std::array<float, kUsageExperts>;

class ExpertMixture {
 public:
  // None, one, two or three, four to seven, eight or more visits.
  static constexpr std::size_t kEvidences = 5;
  [[nodiscard]] static std::size_t EvidenceOf(float visits);

  ExpertMixture();

  // One opening was this probable to each of them.
  void Learn(std::size_t evidence, const ExpertOpinions& opinions);
  // Σ weight · probability over those who are awake, their weights adding up to 1.
  [[nodiscard]] float Mix(std::size_t evidence, const ExpertOpinions& opinions) const;
  // Who has the largest part in that.
  [[nodiscard]] UsageExpert Loudest(std::size_t evidence, const ExpertOpinions& opinions) const;

  struct Weights {
    std::array<float, kUsageExperts> of{};  // above 0, adding up to 1
    std::uint32_t lessons = 0;
  };
  // For the form on the disk.
  [[nodiscard]] const std::array<Weights, kEvidences>& weights() const { return weights_; }
  // False, and nothing is changed, when they cannot have been learnt.
  [[nodiscard]] bool Restore(const std::array<Weights, kEvidences>& weights);

 private:
  std::array<Weights, kEvidences> weights_;
};

}  // namespace image_cache
