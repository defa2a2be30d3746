#include "shared/eviction/eviction_policy.h"

#include <algorithm>
#include <utility>

namespace image_cache {
namespace {

bool NobodyIsPinned(const std::string& /*actor_id*/) { return false; }

}  // namespace

void EvictionPolicy::NoteOpening(std::string_view actor_id) {
  Actor& actor = At(actor_id);
  if (actor.place == Place::kProbation) MoveTo(actor, Place::kKept);
  LineOf(actor.place)[actor.index].frecency.Open(++openings_);
  // At least one, the actor that was just opened: its pictures may be on their way.
  const std::size_t most = std::max<std::size_t>(options_.max_remembered_actors, 1);
  while (remembered_.size() > most) {
    Actor* lowest = LowestOf(remembered_, NobodyIsPinned);
    Forget(lowest == &actor ? *remembered_[actor.index == 0 ? 1 : 0].actor : *lowest);
  }
}

void EvictionPolicy::AddBytes(std::string_view actor_id, std::uint64_t bytes) {
  if (bytes == 0) return;
  Actor& actor = At(actor_id);
  actor.bytes += bytes;
  if (actor.place == Place::kProbation) probation_bytes_ += bytes;
  if (actor.place == Place::kRemembered) {
    MoveTo(actor, WasOpened(actor) ? Place::kKept : Place::kProbation);
  }
}

void EvictionPolicy::RemoveBytes(std::string_view actor_id, std::uint64_t bytes) {
  if (bytes == 0) return;
  Actor& actor = At(actor_id);
  actor.bytes -= bytes;
  if (actor.place == Place::kProbation) probation_bytes_ -= bytes;
  if (actor.bytes > 0) return;
  if (!WasOpened(actor)) {
    Forget(actor);
    return;
  }
  MoveTo(actor, Place::kRemembered);
  while (remembered_.size() > options_.max_remembered_actors) {
    Forget(*LowestOf(remembered_, NobodyIsPinned));
  }
}

const std::string* EvictionPolicy::ChooseVictim(const IsPinned& is_pinned) {
  Actor* victim = nullptr;
  if (probation_bytes_ > options_.probation_bytes) victim = FirstOnProbation(is_pinned);
  if (victim == nullptr) victim = LowestOf(kept_, is_pinned);
  if (victim == nullptr) victim = FirstOnProbation(is_pinned);
  return victim == nullptr ? nullptr : &victim->id;
}

std::uint64_t EvictionPolicy::BytesOf(std::string_view actor_id) const {
  const auto found = actors_.find(actor_id);
  return found == actors_.end() ? 0 : found->second->bytes;
}

std::optional<EvictionPolicy::Standing> EvictionPolicy::StandingOf(
    std::string_view actor_id) const {
  const auto found = actors_.find(actor_id);
  if (found == actors_.end() || found->second->place == Place::kProbation) return std::nullopt;
  const Actor& actor = *found->second;
  const Line& line = actor.place == Place::kKept ? kept_ : remembered_;
  const Frecency& frecency = line[actor.index].frecency;
  return Standing{.score = frecency.ScoreAt(openings_),
                  .openings_ago = openings_ - frecency.last_opening};
}

EvictionState EvictionPolicy::State() const {
  EvictionState state{.openings = openings_, .actors = {}};
  state.actors.reserve(kept_.size() + remembered_.size());
  for (const Line* line : {&kept_, &remembered_}) {
    for (const auto& [frecency, actor] : *line) {
      if (WasOpened(*actor)) state.actors.push_back({.id = actor->id, .frecency = frecency});
    }
  }
  return state;
}

void EvictionPolicy::Restore(const EvictionState& state) {
  openings_ = state.openings;
  for (const EvictionState::Actor& known : state.actors) {
    remembered_[At(known.id).index].frecency = known.frecency;
  }
}

EvictionPolicy::Actor& EvictionPolicy::At(std::string_view actor_id) {
  if (const auto found = actors_.find(actor_id); found != actors_.end()) return *found->second;
  auto made = std::make_unique<Actor>();
  Actor& actor = *made;
  actor.id = actor_id;
  actors_.emplace(actor.id, std::move(made));
  actor.index = remembered_.size();
  remembered_.push_back({.frecency = {}, .actor = &actor});
  return actor;
}

bool EvictionPolicy::WasOpened(const Actor& actor) const {
  if (actor.place == Place::kProbation) return false;
  const Line& line = actor.place == Place::kKept ? kept_ : remembered_;
  // The count on the longest scale is at least one right after an opening and takes a million
  // openings to become nothing.
  return line[actor.index].frecency.counts.back() > 0;
}

void EvictionPolicy::MoveTo(Actor& actor, Place place) {
  const Frecency frecency = Leave(actor);
  actor.place = place;
  if (place == Place::kProbation) {
    probation_bytes_ += actor.bytes;
    actor.waiting = probation_.insert(probation_.end(), &actor);
    return;
  }
  Line& line = LineOf(place);
  actor.index = line.size();
  line.push_back({.frecency = frecency, .actor = &actor});
}

Frecency EvictionPolicy::Leave(Actor& actor) {
  if (actor.place == Place::kProbation) {
    probation_bytes_ -= actor.bytes;
    probation_.erase(actor.waiting);
    return {};
  }
  Line& line = LineOf(actor.place);
  const Frecency frecency = line[actor.index].frecency;
  line[actor.index] = line.back();
  line[actor.index].actor->index = actor.index;
  line.pop_back();
  return frecency;
}

void EvictionPolicy::Forget(Actor& actor) {
  Leave(actor);
  // The key is a view of the id, which goes with the actor: found first, then erased.
  actors_.erase(actors_.find(actor.id));
}

EvictionPolicy::Actor* EvictionPolicy::LowestOf(const Line& line, const IsPinned& is_pinned) {
  Actor* lowest = nullptr;
  float lowest_score = 0;
  const auto consider = [&](const Slot& slot) {
    Actor* actor = slot.actor;
    const float score = slot.frecency.ScoreAt(openings_);
    if (lowest != nullptr && score >= lowest_score) return;
    if (is_pinned(actor->id)) return;
    lowest = actor;
    lowest_score = score;
  };
  if (line.size() <= kSampledActors) {
    for (const Slot& slot : line) consider(slot);
    return lowest;
  }
  for (std::size_t i = 0; i < kSampledActors; ++i) consider(line[Below(line.size())]);
  if (lowest != nullptr) return lowest;
  // All of the sample are pinned, so nearly all are: now anybody will do who is not.
  const auto found = std::find_if(line.begin(), line.end(),
                                  [&](const Slot& slot) { return !is_pinned(slot.actor->id); });
  return found == line.end() ? nullptr : found->actor;
}

EvictionPolicy::Actor* EvictionPolicy::FirstOnProbation(const IsPinned& is_pinned) const {
  const auto found = std::find_if(probation_.begin(), probation_.end(),
                                  [&](const Actor* actor) { return !is_pinned(actor->id); });
  return found == probation_.end() ? nullptr : *found;
}

std::size_t EvictionPolicy::Below(std::size_t limit) {
  // SplitMix64 (Steele, Lea, Flood 2014): one addition and a mix. Good enough to take samples by.
  random_ += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = random_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return static_cast<std::size_t>((mixed ^ (mixed >> 31)) % limit);
}

}  // namespace image_cache
