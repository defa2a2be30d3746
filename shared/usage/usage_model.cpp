#include "shared/usage/usage_model.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "shared/usage/usage_panel.h"

namespace image_cache {
namespace {

// Room is made for so many actors at once: doubling would waste up to half of the memory.
constexpr std::size_t kGrowBy = 128;
// What is less likely than this is no guess.
constexpr float kLeastProbability = 1e-4F;

}  // namespace

UsageModel::UsageModel(std::size_t max_actors)
    : max_actors_(std::clamp<std::size_t>(max_actors, 2, kMaxUsageSlots)) {
  recent_.fill(kNoSlot);
}

void UsageModel::Hear(std::string_view actor_id) {
  // Who was never opened pushes out nobody.
  if (actors_.size() < max_actors_) static_cast<void>(At(actor_id));
}

void UsageModel::Open(std::string_view actor_id, std::int64_t at_ms) {
  if (recent_[0] != kNoSlot && table_.IdOf(recent_[0]) == actor_id) return;
  if (openings_ == kMostOpenings) *this = UsageModel(max_actors_);
  const UsageSlot opened = At(actor_id);
  const UsageSlot open = recent_[0];
  if (open != kNoSlot) {
    const Panel panel(*this, Now(phase_));
    mixture_.Learn(panel.evidence(), panel.Of(opened));
    steps_.Note(table_.StepBetween(open, opened));
    actors_[open].followers.NoteNext(opened);
    if (recent_[1] != kNoSlot) pairs_.Note(recent_[1], open, opened);
    for (std::size_t i = 1; i < recent_.size(); ++i) {
      if (recent_[i] == kNoSlot || recent_[i] == opened) continue;
      actors_[recent_[i]].followers.NoteNear(opened, i + 1);
    }
  }
  phase_ = DayPhase::Of(at_ms);
  ++openings_;
  sums_.Age(1);
  sums_.Add(phase_);
  actors_[opened].counts.Open(openings_, phase_);
  std::copy_backward(recent_.begin(), recent_.end() - 1, recent_.end());
  recent_[0] = opened;
}

std::vector<UsageGuess> UsageModel::Guess(std::size_t most, std::int64_t at_ms) const {
  return GuessIn(Now(DayPhase::Of(at_ms)), most);
}

std::vector<UsageGuess> UsageModel::GuessAfter(std::string_view actor_id, std::size_t most,
                                               std::int64_t at_ms) const {
  Context context = Now(DayPhase::Of(at_ms));
  const UsageSlot open = table_.Find(actor_id);
  if (open != context.open) context.earlier = context.open;
  context.open = open;
  return GuessIn(context, most);
}

std::vector<UsageGuess> UsageModel::Likely(std::size_t most, std::int64_t at_ms) const {
  return GuessIn({.phase = DayPhase::Of(at_ms)}, most);
}

std::vector<UsageGuess> UsageModel::GuessIn(const Context& context, std::size_t most) const {
  const Panel panel(*this, context);
  std::vector<std::pair<float, UsageSlot>> likely;
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    const auto slot = static_cast<UsageSlot>(i);
    if (slot == context.open) continue;
    const float probability = mixture_.Mix(panel.evidence(), panel.Of(slot));
    if (probability > kLeastProbability) likely.emplace_back(probability, slot);
  }
  const std::size_t told = std::min(most, likely.size());
  const auto end = std::next(likely.begin(), static_cast<std::ptrdiff_t>(told));
  std::partial_sort(likely.begin(), end, likely.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<UsageGuess> guesses;
  for (auto one = likely.begin(); one != end; ++one) {
    const auto [probability, slot] = *one;
    const UsageExpert because = mixture_.Loudest(panel.evidence(), panel.Of(slot));
    guesses.push_back({.actor_id = std::string(table_.IdOf(slot)),
                       .probability = probability,
                       .because = because,
                       .reason = panel.Reason(because, slot)});
  }
  return guesses;
}

std::string_view UsageModel::open_actor() const {
  return recent_[0] == kNoSlot ? std::string_view() : table_.IdOf(recent_[0]);
}

std::size_t UsageModel::memory_bytes() const {
  return sizeof *this + table_.memory_bytes() + actors_.capacity() * sizeof(Actor) +
         pairs_.places().capacity() * sizeof(FollowerPairs::Context);
}

UsageSlot UsageModel::At(std::string_view actor_id) {
  if (const UsageSlot known = table_.Find(actor_id); known != kNoSlot) return known;
  if (actors_.size() >= max_actors_) {
    const UsageSlot slot = LeastOpened();
    Forget(slot);
    table_.Replace(slot, actor_id);
    return slot;
  }
  if (actors_.size() == actors_.capacity()) {
    const std::size_t room = std::min(actors_.size() + kGrowBy, max_actors_);
    actors_.reserve(room);
    table_.Reserve(room);
    pairs_.GrowFor(room);
  }
  actors_.emplace_back();
  return table_.Add(actor_id);
}

UsageSlot UsageModel::LeastOpened() const {
  UsageSlot least = kNoSlot;
  float least_score = 0;
  for (std::size_t i = 0; i < actors_.size(); ++i) {
    const auto slot = static_cast<UsageSlot>(i);
    if (slot == recent_[0]) continue;
    const OpeningSums sums = actors_[i].counts.At(openings_);
    float score = 0;
    for (std::size_t scale = 0; scale < sums.counts.size(); ++scale) {
      score += sums.counts[scale] / kUsageHalfLives[scale];
    }
    if (least != kNoSlot && score >= least_score) continue;
    least = slot;
    least_score = score;
  }
  return least;
}

void UsageModel::Forget(UsageSlot slot) {
  sums_.Subtract(actors_[slot].counts.At(openings_));
  for (Actor& actor : actors_) actor.followers.Forget(slot);
  pairs_.Forget(slot);
  std::replace(recent_.begin(), recent_.end(), slot, kNoSlot);
  actors_[slot] = {};
}

}  // namespace image_cache
