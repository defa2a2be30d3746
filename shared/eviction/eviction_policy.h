// Which actor's pictures go when room is needed: whole actors, since a person waits if any picture
// of the actor that they open is missing. docs/eviction.md tells why this policy.
//
// An actor that was opened goes by its score (frecency.h): the lowest of kSampledActors taken at
// random goes first, so choosing costs the same for a thousand actors and for a million. An actor
// that was never opened, because it was prefetched, is on probation: it waits in a line, and while
// the line holds more than its share of the bytes, the first in it goes before anybody else.
// So prefetches compete with each other for that share, and cannot push out what people look at.
// The scores of actors that have no pictures (evicted, or opened and not filled yet) are
// remembered, up to a bound; when it is reached, a low one is forgotten.
//
// Plain data: no lock, clock, disk or generator of its own; the seed of the sampling is an
// argument. Owned by the server's SpaceLedger, and by the replay of a trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/eviction/eviction_state.h"
#include "shared/eviction/frecency.h"

namespace image_cache {

// What was prefetched and never opened may hold a tenth of the bytes.
inline constexpr std::uint64_t kProbationShare = 10;

struct EvictionOptions {
  std::uint64_t probation_bytes = 0;          // the share of what was prefetched and never opened
  std::size_t max_remembered_actors = 65536;  // without pictures
  std::uint64_t seed = 1;
};

class EvictionPolicy {
 public:
  static constexpr std::size_t kSampledActors = 64;
  // True of an actor that must stay for now: it is open, or one of its pictures is being written.
  using IsPinned = std::function<bool(const std::string& actor_id)>;

  explicit EvictionPolicy(const EvictionOptions& options)
      : options_(options), random_(options.seed) {}

  // Replaces EvictionOptions::probation_bytes.
  void set_probation_share(std::uint64_t bytes) { options_.probation_bytes = bytes; }

  // A person opened the actor (see OpeningDetector).
  void NoteOpening(std::string_view actor_id);

  void AddBytes(std::string_view actor_id, std::uint64_t bytes);
  // REQUIRES: the actor has that many bytes.
  void RemoveBytes(std::string_view actor_id, std::uint64_t bytes);

  // The actor to evict next; it stays until its bytes are removed. Null when all are pinned.
  // Valid until the next change.
  [[nodiscard]] const std::string* ChooseVictim(const IsPinned& is_pinned);

  [[nodiscard]] std::uint64_t BytesOf(std::string_view actor_id) const;
  // How much the actor is wanted; nothing for one that was never opened, or whose openings are
  // forgotten. For people: eviction itself asks for no single actor.
  struct Standing {
    float score = 0;                 // as in frecency.h
    std::uint32_t openings_ago = 0;  // of any actor since its own last one
  };
  [[nodiscard]] std::optional<Standing> StandingOf(std::string_view actor_id) const;
  [[nodiscard]] std::uint64_t probation_bytes() const { return probation_bytes_; }
  // With pictures; the bound of these is the disk.
  [[nodiscard]] std::size_t actors() const { return kept_.size() + probation_.size(); }
  // Without pictures; at most max_remembered_actors, except for what Restore brings.
  [[nodiscard]] std::size_t remembered_actors() const { return remembered_.size(); }
  [[nodiscard]] std::uint32_t openings() const { return openings_; }

  // What survives a restart: the scores. Bytes are counted anew from what is on the disk.
  [[nodiscard]] EvictionState State() const;
  // REQUIRES: nothing was noted or added so far.
  void Restore(const EvictionState& state);

 private:
  enum class Place : std::uint8_t { kKept, kProbation, kRemembered };
  struct Actor {
    std::string id;
    std::uint64_t bytes = 0;
    Place place = Place::kRemembered;
    std::size_t index = 0;                // in kept_ or remembered_
    std::list<Actor*>::iterator waiting;  // in probation_
  };
  // Scores lie beside each other: a sample of a hundred thousand actors costs 64 reads of memory
  // that is in no cache, and not twice as many.
  struct Slot {
    Frecency frecency;
    Actor* actor;
  };
  using Line = std::vector<Slot>;

  Actor& At(std::string_view actor_id);
  void MoveTo(Actor& actor, Place place);
  Frecency Leave(Actor& actor);
  void Forget(Actor& actor);
  [[nodiscard]] bool WasOpened(const Actor& actor) const;
  [[nodiscard]] Line& LineOf(Place place) { return place == Place::kKept ? kept_ : remembered_; }
  // The lowest score of a sample; the whole of a short line is its sample.
  [[nodiscard]] Actor* LowestOf(const Line& line, const IsPinned& is_pinned);
  [[nodiscard]] Actor* FirstOnProbation(const IsPinned& is_pinned) const;
  [[nodiscard]] std::size_t Below(std::size_t limit);

  EvictionOptions options_;
  std::uint64_t random_;
  std::uint32_t openings_ = 0;
  std::uint64_t probation_bytes_ = 0;
  std::unordered_map<std::string_view, std::unique_ptr<Actor>> actors_;  // by actor.id
  Line kept_;                    // opened, with pictures; in no order
  Line remembered_;              // without pictures; in no order
  std::list<Actor*> probation_;  // never opened, with pictures; who came first is first
};

}  // namespace image_cache
