#include "shared/usage/expert_mixture.h"

#include <algorithm>
#include <numeric>

namespace image_cache {
namespace {

constexpr float kSlowestRate = 0.01F;
// Of the one expert who has something to say before the first opening; less where more is known of
// the open actor.
constexpr std::array<float, ExpertMixture::kEvidences> kFirstWeightsOfStep = {0.6F, 0.6F, 0.5F,
                                                                              0.4F, 0.3F};
// Nobody is silenced for good: times change.
constexpr float kLeastWeight = 0.0005F;

}  // namespace

std::size_t ExpertMixture::EvidenceOf(float visits) {
  constexpr std::array<float, kEvidences - 1> kFrom = {0.5F, 1.5F, 3.5F, 7.5F};
  return static_cast<std::size_t>(
      std::count_if(kFrom.begin(), kFrom.end(), [visits](float from) { return visits >= from; }));
}

ExpertMixture::ExpertMixture() {
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const float of_step = kFirstWeightsOfStep[i];
    weights_[i].of.fill((1 - of_step) / (kUsageExperts - 1));
    weights_[i].of[static_cast<std::size_t>(UsageExpert::kStep)] = of_step;
  }
}

void ExpertMixture::Learn(std::size_t evidence, const ExpertOpinions& opinions) {
  auto& [weights, lessons] = weights_[evidence];
  float awake = 0, said = 0;
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    if (opinions[i] < 0) continue;
    awake += weights[i];
    said += weights[i] * opinions[i];
  }
  if (said <= 0) return;  // nobody foresaw it, and nobody is wiser
  const float rate = std::max(kSlowestRate, 1.0F / static_cast<float>(lessons + 5));
  if (lessons < UINT32_MAX) ++lessons;
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    if (opinions[i] < 0) continue;
    const float responsibility = awake * weights[i] * opinions[i] / said;
    weights[i] = std::max(kLeastWeight, (1 - rate) * weights[i] + rate * responsibility);
  }
  const float sum = std::accumulate(weights.begin(), weights.end(), 0.0F);
  for (float& weight : weights) weight /= sum;
}

float ExpertMixture::Mix(std::size_t evidence, const ExpertOpinions& opinions) const {
  const auto& weights = weights_[evidence].of;
  float awake = 0, said = 0;
  for (std::size_t i = 0; i < opinions.size(); ++i) {
    if (opinions[i] < 0) continue;
    awake += weights[i];
    said += weights[i] * opinions[i];
  }
  return awake > 0 ? said / awake : 0;
}

UsageExpert ExpertMixture::Loudest(std::size_t evidence, const ExpertOpinions& opinions) const {
  const auto& weights = weights_[evidence].of;
  std::size_t loudest = 0;
  for (std::size_t i = 1; i < opinions.size(); ++i) {
    if (weights[i] * opinions[i] > weights[loudest] * opinions[loudest]) loudest = i;
  }
  return static_cast<UsageExpert>(loudest);
}

bool ExpertMixture::Restore(const std::array<Weights, kEvidences>& weights) {
  for (const Weights& one : weights) {
    float sum = 0;
    for (const float weight : one.of) {
      if (!(weight > 0 && weight <= 1)) return false;  // nor when it is no number
      sum += weight;
    }
    if (!(sum > 0.99F && sum < 1.01F)) return false;
  }
  weights_ = weights;
  return true;
}

}  // namespace image_cache
