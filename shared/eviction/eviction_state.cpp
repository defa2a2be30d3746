#include "shared/eviction/eviction_state.h"

#include <cstddef>
#include <unordered_set>
#include <utility>

#include "shared/fnv1a.h"
#include "shared/little_endian.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

constexpr std::string_view kMagic = "ICEV";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kBytesPerActor = 1 + 4 + 4 * kFrecencyHalfLives.size();  // beside the id

auto NotOurs(const char* detail) { return Fail(EvictionStateError::kNotOurs, detail); }

bool IsPossible(const EvictionState::Actor& actor, const EvictionState& state) {
  return IsValidActorId(actor.id) && actor.frecency.IsSound() &&
         actor.frecency.last_opening <= state.openings;
}

}  // namespace

std::string WriteEvictionState(const EvictionState& state) {
  std::string bytes(kMagic);
  PutLittleEndian(bytes, kVersion);
  PutLittleEndian(bytes, state.openings);
  PutLittleEndian(bytes, static_cast<std::uint32_t>(state.actors.size()));
  for (const EvictionState::Actor& actor : state.actors) {
    PutLittleEndian(bytes, static_cast<std::uint8_t>(actor.id.size()));
    bytes += actor.id;
    PutLittleEndian(bytes, actor.frecency.last_opening);
    for (const float count : actor.frecency.counts) PutFloat(bytes, count);
  }
  PutLittleEndian(bytes, Fnv1a(bytes));
  return bytes;
}

Result<EvictionState, EvictionStateError> ReadEvictionState(std::string_view bytes) {
  LittleEndianReader reader(bytes);
  if (reader.Text(kMagic.size()) != kMagic) return NotOurs("it does not begin like one");
  const auto version = reader.Take<std::uint8_t>();
  if (version > kVersion) {
    return Fail(EvictionStateError::kNewerVersion, "it has version " + std::to_string(version));
  }
  if (version != kVersion || bytes.size() < sizeof(std::uint64_t))
    return NotOurs("it is cut short");
  const std::size_t hashed = bytes.size() - sizeof(std::uint64_t);
  LittleEndianReader end(bytes.substr(hashed));
  if (end.Take<std::uint64_t>() != Fnv1a(bytes.substr(0, hashed))) return NotOurs("it is damaged");

  EvictionState state;
  state.openings = reader.Take<std::uint32_t>();
  const auto actors = reader.Take<std::uint32_t>();
  // Before anything is made of that size: the number may be anything.
  if (actors > reader.left() / kBytesPerActor) return NotOurs("it is cut short");
  std::unordered_set<std::string_view> ids;
  for (std::uint32_t i = 0; i < actors; ++i) {
    const std::string_view id = reader.Text(reader.Take<std::uint8_t>());
    EvictionState::Actor actor{.id = std::string(id), .frecency = {}};
    actor.frecency.last_opening = reader.Take<std::uint32_t>();
    for (float& count : actor.frecency.counts) count = reader.TakeFloat();
    if (!reader.whole()) return NotOurs("it is cut short");
    if (!IsPossible(actor, state)) return NotOurs("a value in it is impossible");
    if (!ids.insert(id).second) return NotOurs("an actor is in it twice");
    state.actors.push_back(std::move(actor));
  }
  if (!reader.whole() || reader.left() != sizeof(std::uint64_t)) {
    return NotOurs("it is longer than it says");
  }
  return state;
}

}  // namespace image_cache
