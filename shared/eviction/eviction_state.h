// What the eviction policy knows of the past, and its form on the disk: the scores of all actors
// that were opened.
//
// The form, version 1; numbers are little-endian:
//   "ICEV"  version u8  openings u32  actors u32  then for each actor:
//   length of the id u8 · id · last opening u32 · counts 4 × f32 (IEEE 754)
//   and at the end the FNV-1a hash of all before it, u64
// 21 bytes an actor beside its id. What a program reads back may be anything: it is used only when
// it is whole and every value is one that the policy could have written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/eviction/frecency.h"
#include "shared/result.h"

namespace image_cache {

struct EvictionState {
  struct Actor {
    std::string id;
    Frecency frecency;

    friend bool operator==(const Actor&, const Actor&) = default;
  };
  std::uint32_t openings = 0;  // of all actors
  std::vector<Actor> actors;   // in no order, none twice

  friend bool operator==(const EvictionState&, const EvictionState&) = default;
};

enum class EvictionStateError {
  kNotOurs,       // something else, or cut short, or damaged
  kNewerVersion,  // written by a newer version of this program
};

[[nodiscard]] std::string WriteEvictionState(const EvictionState& state);
[[nodiscard]] Result<EvictionState, EvictionStateError> ReadEvictionState(std::string_view bytes);

}  // namespace image_cache
