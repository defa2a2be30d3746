// The experts of a usage model around one moment: what each of them says of an actor, and why.
//
// Made for one guess; a view of the model, which outlives it.
#pragma once

#include <string>

#include "shared/usage/usage_model.h"

namespace image_cache {

class UsageModel::Panel {
 public:
  Panel(const UsageModel& model, const Context& context);

  // REQUIRES: the actor is not the open one.
  [[nodiscard]] ExpertOpinions Of(UsageSlot slot) const;
  [[nodiscard]] std::size_t evidence() const { return evidence_; }
  // The words for what the expert knows of the actor.
  [[nodiscard]] std::string Reason(UsageExpert expert, UsageSlot slot) const;

 private:
  [[nodiscard]] std::string OftenReason(UsageExpert expert, UsageSlot slot) const;
  [[nodiscard]] std::string StepReason(UsageSlot slot) const;

  const UsageModel& model_;
  const Context context_;
  const Followers* followers_ = nullptr;          // null: nobody is open
  const FollowerPairs::Context* pair_ = nullptr;  // null: never seen
  OpeningSums others_;                            // all but the open one
  // By step: who is there. Looked up once, as a search for each actor would take long.
  std::array<UsageSlot, ListSteps::kKinds> neighbours_;
  std::size_t evidence_ = 0;
};

}  // namespace image_cache
