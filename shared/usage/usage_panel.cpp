#include "shared/usage/usage_panel.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace image_cache {
namespace {

constexpr float kAsleep = -1;

std::string Rounded(float number) { return std::to_string(std::max(1L, std::lround(number))); }

float Share(float part, float all) { return all > 0 ? std::min(1.0F, part / all) : 0; }

}  // namespace

UsageModel::Panel::Panel(const UsageModel& model, const Context& context)
    : model_(model), context_(context), others_(model.sums_) {
  neighbours_.fill(kNoSlot);
  if (context.open == kNoSlot) return;
  const Actor& open = model.actors_[context.open];
  followers_ = &open.followers;
  others_.Subtract(open.counts.At(model.openings_));
  if (context.earlier != kNoSlot) pair_ = model.pairs_.Find(context.earlier, context.open);
  evidence_ = ExpertMixture::EvidenceOf(followers_->visits());
  for (std::ptrdiff_t step = -ListSteps::kFarthest; step <= ListSteps::kFarthest; ++step) {
    if (step == 0) continue;
    neighbours_[static_cast<std::size_t>(step + ListSteps::kFarthest)] =
        model.table_.AtStep(context.open, step);
  }
}

ExpertOpinions UsageModel::Panel::Of(UsageSlot slot) const {
  ExpertOpinions opinions;
  opinions.fill(kAsleep);
  const auto say = [&opinions](UsageExpert expert, float probability) {
    opinions[static_cast<std::size_t>(expert)] = probability;
  };
  const OpeningSums own = model_.actors_[slot].counts.At(model_.openings_);
  for (std::size_t scale = 0; scale < own.counts.size(); ++scale) {
    if (others_.counts[scale] > 0.001F) {
      opinions[scale] = Share(own.counts[scale], others_.counts[scale]);
    }
  }
  const float at_phase = others_.AtPhase(context_.phase);
  if (at_phase > 0.001F) say(UsageExpert::kDaytime, Share(own.AtPhase(context_.phase), at_phase));
  if (followers_ != nullptr && followers_->visits() > 0) {
    say(UsageExpert::kNext, followers_->NextShare(slot));
    say(UsageExpert::kNear, followers_->NearShare(slot));
  }
  if (pair_ != nullptr) say(UsageExpert::kNextOfTwo, pair_->ShareOf(slot));
  if (followers_ != nullptr) {
    const auto found = std::find(neighbours_.begin(), neighbours_.end(), slot);
    const std::ptrdiff_t step = found - neighbours_.begin() - ListSteps::kFarthest;
    say(UsageExpert::kStep, found == neighbours_.end() ? 0 : model_.steps_.ShareOf(step));
  }
  return opinions;
}

std::string UsageModel::Panel::Reason(UsageExpert expert, UsageSlot slot) const {
  const auto name = [this](UsageSlot actor) { return std::string(model_.table_.IdOf(actor)); };
  switch (expert) {
    case UsageExpert::kNext:
      return "opened after " + name(context_.open) + " in " + Rounded(followers_->NextCount(slot)) +
             " of " + Rounded(followers_->visits()) + " visits";
    case UsageExpert::kNextOfTwo: {
      const auto visits = static_cast<float>(pair_->visits);
      return "opened after " + name(context_.earlier) + " and " + name(context_.open) + " in " +
             Rounded(pair_->ShareOf(slot) * visits) + " of " + Rounded(visits) + " visits";
    }
    case UsageExpert::kNear:
      return "often opened soon after " + name(context_.open);
    case UsageExpert::kStep:
      return StepReason(slot);
    case UsageExpert::kDaytime:
      return "often opened at this time of the day";
    default:
      return OftenReason(expert, slot);
  }
}

std::string UsageModel::Panel::OftenReason(UsageExpert expert, UsageSlot slot) const {
  const auto scale = static_cast<std::size_t>(expert);
  // A scale with half-life H weighs the past as a window of H / ln 2 openings would.
  const float window =
      std::min(kUsageHalfLives[scale] * 1.4427F, static_cast<float>(model_.openings_));
  const float count = model_.actors_[slot].counts.At(model_.openings_).counts[scale];
  return "opened in about " + Rounded(count) + " of the last " + Rounded(window) + " openings";
}

std::string UsageModel::Panel::StepReason(UsageSlot slot) const {
  const auto found = std::find(neighbours_.begin(), neighbours_.end(), slot);
  const std::ptrdiff_t step = found - neighbours_.begin() - ListSteps::kFarthest;
  const std::string open(model_.table_.IdOf(context_.open));
  const bool is_next = std::abs(step) == 1;
  std::string where = (is_next ? std::string("right") : std::to_string(std::abs(step))) +
                      (step > 0 ? " after " : " before ") + open + " in the list";
  if (model_.steps_.CountOf(step) < 0.5F) return where;
  return where + (is_next ? ", as in " : ", as far as in ") + Rounded(model_.steps_.CountOf(step)) +
         " of the last " + Rounded(model_.steps_.all()) + " openings";
}

}  // namespace image_cache
