// An access trace, row after row: "time,id,size,actor,prefetch". libCacheSim reads it, too; see
// docs/eviction.md.
//
// Owned and used by one thread. Holds one line at a time, however long the trace is.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "shared/result.h"

namespace image_cache {

struct TraceRow {
  std::int64_t time_ms = 0;  // since the Unix epoch
  std::uint64_t id = 0;      // of the picture: a hash of its key
  std::uint64_t size_bytes = 0;
  std::string_view actor_id;  // valid until the next row
  bool is_prefetch = false;   // nobody asked for it yet
};

enum class TraceError {
  kUnreadable,  // the file
  kBroken,      // a line; the detail says which and why
  kUnwritable,
};

inline constexpr std::string_view kTraceHeader = "time,id,size,actor,prefetch";

class TraceReader {
 public:
  // Errors: kUnreadable, kBroken when the header is another.
  [[nodiscard]] static Result<TraceReader, TraceError> Open(const std::string& path);

  // False at the end. Errors: kUnreadable, kBroken.
  [[nodiscard]] Result<bool, TraceError> Next(TraceRow& row);

 private:
  explicit TraceReader(const std::string& path) : path_(path), file_(path) {}

  [[nodiscard]] tl::unexpected<Error<TraceError>> Broken(std::string_view why) const;
  [[nodiscard]] bool ReadLine();

  std::string path_;
  std::ifstream file_;
  std::string line_;
  std::uint64_t line_number_ = 0;
};

}  // namespace image_cache
