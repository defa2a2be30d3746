#include "shared/eviction/eviction_state.h"

#include <cstddef>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "shared/fnv1a.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

constexpr std::string_view kMagic = "ICEV";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kBytesPerActor = 1 + 4 + 4 * kFrecencyHalfLives.size();  // beside the id

template <typename Number>
void Put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
  }
}

// Takes values off the front of the bytes; after the end everything is 0 and `whole` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view Text(std::size_t size) {
    if (size > rest_.size()) {
      whole_ = false;
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  template <typename Number>
  Number Take() {
    Number number = 0;
    const std::string_view text = Text(sizeof number);
    for (std::size_t i = 0; i < text.size(); ++i) {
      number = static_cast<Number>(number | static_cast<Number>(static_cast<unsigned char>(text[i]))
                                                << (8 * i));
    }
    return number;
  }

  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::string_view rest_;
  bool whole_ = true;
};

// std::bit_cast, which the module's standard library does not have yet.
std::uint32_t BitsOf(float number) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}
float FromBits(std::uint32_t bits) {
  float number = 0;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

auto NotOurs(const char* detail) { return Fail(EvictionStateError::kNotOurs, detail); }

bool IsPossible(const EvictionState::Actor& actor, const EvictionState& state) {
  return IsValidActorId(actor.id) && actor.frecency.IsSound() &&
         actor.frecency.last_opening <= state.openings;
}

}  // namespace

std::string WriteEvictionState(const EvictionState& state) {
  std::string bytes(kMagic);
  Put(bytes, kVersion);
  Put(bytes, state.openings);
  Put(bytes, static_cast<std::uint32_t>(state.actors.size()));
  for (const EvictionState::Actor& actor : state.actors) {
    Put(bytes, static_cast<std::uint8_t>(actor.id.size()));
    bytes += actor.id;
    Put(bytes, actor.frecency.last_opening);
    for (const float count : actor.frecency.counts) Put(bytes, BitsOf(count));
  }
  Put(bytes, Fnv1a(bytes));
  return bytes;
}

Result<EvictionState, EvictionStateError> ReadEvictionState(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.Text(kMagic.size()) != kMagic) return NotOurs("it does not begin like one");
  const auto version = reader.Take<std::uint8_t>();
  if (version > kVersion) {
    return Fail(EvictionStateError::kNewerVersion, "it has version " + std::to_string(version));
  }
  if (version != kVersion || bytes.size() < sizeof(std::uint64_t))
    return NotOurs("it is cut short");
  const std::size_t hashed = bytes.size() - sizeof(std::uint64_t);
  Reader end(bytes.substr(hashed));
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
    for (float& count : actor.frecency.counts) count = FromBits(reader.Take<std::uint32_t>());
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
