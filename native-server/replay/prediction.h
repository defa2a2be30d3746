// "What would have been prefetched, and was it worth it?": the openings of a trace, foretold one
// after the other by the usage model and by simple rules. Each guess is made before the opening
// that it is judged by, and only then is that learnt.
//
// The trace is read twice, row by row: first for the list of actors and for what the first screen
// of each weighs, then for the openings. Memory grows with distinct pictures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/replay/trace_reader.h"

namespace image_cache {

// The pictures of an actor that are seen before anything is scrolled: what a guess may cost.
inline constexpr std::size_t kFirstScreenPictures = 6;
// From this probability on a guess is worth its bytes.
inline constexpr double kWorthPrefetching = 0.3;

struct PredictionResult {
  std::string_view model;
  std::uint64_t hits_at_1 = 0, hits_at_5 = 0;  // openings whose actor was the first, in the first 5
  std::uint64_t prefetched_bytes = 0;          // first screens
  std::uint64_t wasted_bytes = 0;              // of those, of actors that were not opened next
};

struct PredictionReport {
  std::uint64_t openings = 0;  // that were to be foretold: all but the first and repeated ones
  std::uint64_t actors = 0;
  std::size_t model_bytes = 0;            // of the usage model, at the end
  std::vector<PredictionResult> results;  // the usage model first
};

// Errors: kUnreadable, kBroken.
[[nodiscard]] Result<PredictionReport, TraceError> ReplayPredictions(const std::string& trace_path);

}  // namespace image_cache
