#include "native-server/replay/actor_caches.h"

namespace image_cache {

bool ActorCache::Request(const Access& access) {
  if (access.is_opening) NoteOpening(access);
  if (Has(access)) return true;
  Insert(access);
  return false;
}

void ActorCache::Prefetch(const Access& access) {
  if (!Has(access)) Insert(access);
}

bool ActorCache::Has(const Access& access) const {
  const auto actor = actors_.find(access.actor);
  return actor != actors_.end() && actor->second.pictures.count(access.picture_id) > 0;
}

void ActorCache::Insert(const Access& access) {
  if (access.size_bytes > capacity_bytes_) return;
  while (used_bytes_ + access.size_bytes > capacity_bytes_) {
    const auto victim = ChooseVictim(access.actor);
    if (!victim) return;
    const auto found = actors_.find(*victim);
    const std::uint64_t bytes = found->second.bytes;
    used_bytes_ -= bytes;
    actors_.erase(found);
    NoteEvicted(*victim, bytes);
  }
  Actor& actor = actors_[access.actor];
  actor.pictures.emplace(access.picture_id, access.size_bytes);
  actor.bytes += access.size_bytes;
  used_bytes_ += access.size_bytes;
  NoteAdded(access);
}

FrecencyActorCache::FrecencyActorCache(std::uint64_t capacity_bytes, const ReplayedTrace& trace)
    : ActorCache(capacity_bytes),
      trace_(trace),
      policy_({.probation_bytes = capacity_bytes / kProbationShare}) {
  for (std::uint32_t number = 0; number < trace.actor_ids.size(); ++number) {
    numbers_.emplace(trace.actor_ids[number], number);
  }
}

void FrecencyActorCache::NoteOpening(const Access& access) {
  policy_.NoteOpening(trace_.actor_ids[access.actor]);
}

void FrecencyActorCache::NoteAdded(const Access& access) {
  policy_.AddBytes(trace_.actor_ids[access.actor], access.size_bytes);
}

void FrecencyActorCache::NoteEvicted(std::uint32_t actor, std::uint64_t bytes) {
  policy_.RemoveBytes(trace_.actor_ids[actor], bytes);
}

std::optional<std::uint32_t> FrecencyActorCache::ChooseVictim(std::uint32_t open_actor) {
  const std::string& open_id = trace_.actor_ids[open_actor];
  const std::string* victim =
      policy_.ChooseVictim([&open_id](const std::string& actor_id) { return actor_id == open_id; });
  if (victim == nullptr) return std::nullopt;
  return numbers_.at(*victim);
}

void LruActorCache::NoteOpening(const Access& access) {
  const auto found = places_.find(access.actor);
  if (found != places_.end()) line_.splice(line_.begin(), line_, found->second);
}

void LruActorCache::NoteAdded(const Access& access) {
  if (places_.count(access.actor) > 0) return;
  line_.push_front(access.actor);
  places_[access.actor] = line_.begin();
}

void LruActorCache::NoteEvicted(std::uint32_t actor, std::uint64_t /*bytes*/) {
  const auto found = places_.find(actor);
  line_.erase(found->second);
  places_.erase(found);
}

std::optional<std::uint32_t> LruActorCache::ChooseVictim(std::uint32_t open_actor) {
  for (auto actor = line_.rbegin(); actor != line_.rend(); ++actor) {
    if (*actor != open_actor) return *actor;
  }
  return std::nullopt;
}

void BeladyActorCache::NoteOpening(const Access& access) {
  if (next_of_actor_.count(access.actor) > 0) SetNext(access);
}

void BeladyActorCache::NoteAdded(const Access& access) { SetNext(access); }

void BeladyActorCache::NoteEvicted(std::uint32_t actor, std::uint64_t /*bytes*/) {
  const auto found = next_of_actor_.find(actor);
  by_next_.erase({found->second, actor});
  next_of_actor_.erase(found);
}

void BeladyActorCache::SetNext(const Access& access) {
  const std::uint32_t next = trace_.future.NextOf(access.actor, access.openings);
  const auto [known, is_new] = next_of_actor_.try_emplace(access.actor, next);
  if (!is_new) {
    if (known->second == next) return;
    by_next_.erase({known->second, access.actor});
    known->second = next;
  }
  by_next_.emplace(next, access.actor);
}

std::optional<std::uint32_t> BeladyActorCache::ChooseVictim(std::uint32_t open_actor) {
  for (auto item = by_next_.rbegin(); item != by_next_.rend(); ++item) {
    if (item->second != open_actor) return item->second;
  }
  return std::nullopt;
}

}  // namespace image_cache
