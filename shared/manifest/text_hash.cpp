#include "shared/manifest/text_hash.h"

#include <cstddef>
#include <cstring>

namespace image_cache {
namespace {

constexpr std::uint64_t Rotated(std::uint64_t word, int bits) {
  return word << bits | word >> (64 - bits);
}

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v1 = Rotated(v1, 13) ^ v0;
    v0 = Rotated(v0, 32);
    v2 += v3;
    v3 = Rotated(v3, 16) ^ v2;
    v0 += v3;
    v3 = Rotated(v3, 21) ^ v0;
    v2 += v1;
    v1 = Rotated(v1, 17) ^ v2;
    v2 = Rotated(v2, 32);
  }
  void Add(std::uint64_t word) {
    v3 ^= word;
    Round();
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t SipHash13(std::string_view text, HashSeed seed) {
  SipState state{.v0 = seed.first ^ 0x736f6d6570736575U,
                 .v1 = seed.second ^ 0x646f72616e646f6dU,
                 .v2 = seed.first ^ 0x6c7967656e657261U,
                 .v3 = seed.second ^ 0x7465646279746573U};
  // Words in the machine's order, which is the algorithm's on every target that is built for.
  constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), kWordBytes);
    state.Add(word);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  last |= rest;
  state.Add(last);
  state.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace image_cache
