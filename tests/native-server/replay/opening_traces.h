// Traces of openings made by rules: some with a structure that can be learnt, some without.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace image_cache {

enum class Structure {
  kNone,      // every opening is drawn anew
  kListOnly,  // a list is walked: the next in the list is the best first guess there is
  kSome,
};

struct MadeTrace {
  std::string_view name;
  Structure structure;
  std::string text;  // as TraceReader reads it: six pictures an opening, 1,000 bytes each
};

// The same ones every time for a seed.
[[nodiscard]] std::vector<MadeTrace> MakeOpeningTraces(std::uint32_t seed = 0);

}  // namespace image_cache
