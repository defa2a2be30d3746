// Policies that keep and evict whole actors: the server's own, and two to compare it with.
//
// The actor that is being asked for is open, so it is never evicted to make room for itself; when
// nobody else is left, its picture is not admitted. That is what the server does, too.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native-server/replay/simulated_cache.h"
#include "shared/eviction/eviction_policy.h"

namespace image_cache {

class ActorCache : public SimulatedCache {
 public:
  bool Request(const Access& access) final;
  void Prefetch(const Access& access) final;

 protected:
  explicit ActorCache(std::uint64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  virtual void NoteOpening(const Access& access) = 0;
  virtual void NoteAdded(const Access& access) = 0;
  // All pictures of the actor are gone.
  virtual void NoteEvicted(std::uint32_t actor, std::uint64_t bytes) = 0;
  // Another one than `open_actor` that has pictures; nothing when there is none.
  virtual std::optional<std::uint32_t> ChooseVictim(std::uint32_t open_actor) = 0;

 private:
  struct Actor {
    std::unordered_map<std::uint64_t, std::uint64_t> pictures;  // their sizes by id
    std::uint64_t bytes = 0;
  };

  [[nodiscard]] bool Has(const Access& access) const;
  void Insert(const Access& access);

  const std::uint64_t capacity_bytes_;
  std::uint64_t used_bytes_ = 0;
  std::unordered_map<std::uint32_t, Actor> actors_;  // those with pictures
};

// Multi-scale frecency with probation: the very code that the server evicts by.
class FrecencyActorCache final : public ActorCache {
 public:
  FrecencyActorCache(std::uint64_t capacity_bytes, const ReplayedTrace& trace);

 protected:
  void NoteOpening(const Access& access) override;
  void NoteAdded(const Access& access) override;
  void NoteEvicted(std::uint32_t actor, std::uint64_t bytes) override;
  std::optional<std::uint32_t> ChooseVictim(std::uint32_t open_actor) override;

 private:
  const ReplayedTrace& trace_;
  EvictionPolicy policy_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  // by id; views into the trace
};

// The actor that was opened longest ago goes first.
class LruActorCache final : public ActorCache {
 public:
  explicit LruActorCache(std::uint64_t capacity_bytes) : ActorCache(capacity_bytes) {}

 protected:
  void NoteOpening(const Access& access) override;
  void NoteAdded(const Access& access) override;
  void NoteEvicted(std::uint32_t actor, std::uint64_t bytes) override;
  std::optional<std::uint32_t> ChooseVictim(std::uint32_t open_actor) override;

 private:
  std::list<std::uint32_t> line_;  // with pictures; the one opened last is first
  std::unordered_map<std::uint32_t, std::list<std::uint32_t>::iterator> places_;
};

// The actor that will not be opened for the longest time goes first: the bound that no policy can
// beat by much without knowing the future.
class BeladyActorCache final : public ActorCache {
 public:
  BeladyActorCache(std::uint64_t capacity_bytes, const ReplayedTrace& trace)
      : ActorCache(capacity_bytes), trace_(trace) {}

 protected:
  void NoteOpening(const Access& access) override;
  void NoteAdded(const Access& access) override;
  void NoteEvicted(std::uint32_t actor, std::uint64_t bytes) override;
  std::optional<std::uint32_t> ChooseVictim(std::uint32_t open_actor) override;

 private:
  void SetNext(const Access& access);

  const ReplayedTrace& trace_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> by_next_;       // (next opening, actor)
  std::unordered_map<std::uint32_t, std::uint32_t> next_of_actor_;  // those with pictures
};

}  // namespace image_cache
