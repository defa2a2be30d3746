// "What if my cache were twice the size?": an access trace, played through several policies at
// several sizes at once.
//
// The file is read twice, row by row: first for who is opened when (what Belady must know), then
// for the misses. Memory grows with the distinct pictures and openings of the trace, not with its
// requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/replay/simulated_cache.h"
#include "native-server/replay/trace_reader.h"

namespace image_cache {

struct TraceSummary {
  std::uint64_t requests = 0;  // demands; prefetches are not counted
  std::uint64_t requested_bytes = 0;
  std::uint64_t prefetches = 0;
  std::uint64_t openings = 0;
  std::uint64_t actors = 0;
  std::uint64_t pictures = 0;  // distinct
  std::uint64_t picture_bytes = 0;
};

struct ReplayResult {
  std::string_view policy;
  std::uint64_t size_bytes = 0;
  std::uint64_t open_misses = 0;  // openings with at least one miss
  std::uint64_t request_misses = 0;
  std::uint64_t missed_bytes = 0;
};

struct ReplayReport {
  TraceSummary trace;
  std::vector<ReplayResult> results;  // by size as given, then by policy
};

// Errors: kUnreadable, kBroken.
[[nodiscard]] Result<ReplayReport, TraceError> Replay(const std::string& trace_path,
                                                      const std::vector<std::uint64_t>& sizes);

}  // namespace image_cache
