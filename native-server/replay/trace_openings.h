// A trace as its openings: who is opened when, and what each actor holds.
//
// TraceActors numbers the actors of a trace and says which rows are openings; used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "native-server/replay/simulated_cache.h"
#include "native-server/replay/trace_reader.h"
#include "shared/eviction/opening_detector.h"

namespace image_cache {

class TraceActors {
 public:
  // REQUIRES: rows in the order of the trace. The same rows give the same numbers.
  [[nodiscard]] Access Take(const TraceRow& row);

  [[nodiscard]] std::uint32_t openings() const { return openings_; }
  [[nodiscard]] const std::unordered_map<std::string, std::uint32_t>& numbers() const {
    return numbers_;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;  // by id
  OpeningDetector detector_;
  std::uint32_t openings_ = 0;
};

// Visits every row of a trace, and tells whose it was. Errors: kUnreadable, kBroken.
using VisitRow = std::function<void(const TraceRow&, const Access&)>;
[[nodiscard]] Result<TraceActors, TraceError> ForEachRow(const std::string& path,
                                                         const VisitRow& visit);

// Writes "time,id,size,actor", a row an opening, for simulators that are to see whole actors as
// objects: the id is a hash of the actor's, the size that of all its pictures in the trace.
// Errors: kUnreadable (the detail names the file, be it the trace or `out_path`), kBroken.
[[nodiscard]] Result<void, TraceError> ExportOpenings(const std::string& trace_path,
                                                      const std::string& out_path);

}  // namespace image_cache
