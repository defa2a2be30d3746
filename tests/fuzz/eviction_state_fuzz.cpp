// Any bytes as the eviction policy's state: what is taken is written back as it was read, and a
// policy can go on with it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/eviction/eviction_policy.h"
#include "shared/eviction/eviction_state.h"
#include "shared/fnv1a.h"
#include "tests/fuzz/require.h"

using namespace image_cache;

namespace {

void Check(std::string_view bytes) {
  const auto state = ReadEvictionState(bytes);
  if (!state) return;
  REQUIRE(WriteEvictionState(*state) == bytes);
  EvictionPolicy policy({.max_remembered_actors = 8});
  policy.Restore(*state);
  for (const auto& actor : state->actors) policy.AddBytes(actor.id, 1);
  policy.NoteOpening("somebody");
  std::size_t evictions = 0;
  const auto nobody = [](const std::string&) { return false; };
  while (const std::string* victim = policy.ChooseVictim(nobody)) {
    const std::string id = *victim;
    policy.RemoveBytes(id, policy.BytesOf(id));
    REQUIRE(++evictions <= state->actors.size());
  }
  REQUIRE(policy.actors() == 0);
}

// With the hash that the bytes should have, so that the rest of the reader is reached.
std::string WithHash(std::string bytes) {
  const std::uint64_t hash = Fnv1a(bytes);
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(static_cast<unsigned char>(hash >> 8 * i));
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Check(bytes);
  Check(WithHash(bytes));
  return 0;
}
