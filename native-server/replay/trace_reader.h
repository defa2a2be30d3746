// An access trace, row after row: "time,id,size,actor,prefetch". libCacheSim reads it, too; see
// docs/eviction.md.
//
// Owned and used by one thread. Holds one line at a time, however long the trace is.
#pragma once

#include <array>
#include <cstddef>
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
// Three numbers of up to 20 digits, an actor id, and room.
inline constexpr std::size_t kMaxTraceLineBytes = 512;

class TraceReader {
 public:
  // Errors: kUnreadable, kBroken when the header is another.
  [[nodiscard]] static Result<TraceReader, TraceError> Open(const std::string& path);

  // False at the end. Errors: kUnreadable, kBroken.
  [[nodiscard]] Result<bool, TraceError> Next(TraceRow& row);

 private:
  explicit TraceReader(const std::string& path) : path_(path), file_(path) {}

  [[nodiscard]] tl::unexpected<Error<TraceError>> Broken(std::string_view why) const;
  // False at the end, and when a line cannot be read or is too long.
  [[nodiscard]] bool ReadLine();

  std::string path_;
  std::ifstream file_;
  std::array<char, kMaxTraceLineBytes + 1> buffer_;  // with the final zero
  std::string line_;
  std::uint64_t line_number_ = 0;
};

}  // namespace image_cache
