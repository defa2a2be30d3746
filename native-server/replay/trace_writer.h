// Writes the accesses of a running server as a trace (see trace_reader.h), behind their answers.
//
// Owned by main; thread-safe. Noting takes a lock for a copy of 100 bytes; a thread of its own does
// the writing. Bounds, each told by Stats: rows that wait, beyond which they are dropped, and bytes
// of the file, beyond which nothing more is written. A file that cannot be written any more ends
// the trace, is logged once, and disturbs nobody.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/base/unique_fd.h"
#include "native-server/replay/trace_reader.h"

namespace image_cache {

// A picture that was asked for, or that came without having been asked for.
struct TracedAccess {
  std::uint64_t object_id = 0;
  std::uint64_t size_bytes = 0;
  std::string_view actor_id;
  bool is_prefetch = false;
};

struct TraceStats {
  std::uint64_t rows = 0;     // written
  std::uint64_t dropped = 0;  // because the disk was behind, or writing has ended
  std::size_t waiting = 0;
  std::size_t max_waiting = 0;
  std::uint64_t bytes = 0;  // of the file
  std::uint64_t max_bytes = 0;
};

struct TraceLimits {
  std::size_t waiting_rows = 65536;
  std::uint64_t file_bytes = 4ULL << 30;  // about a hundred million rows
};

class TraceWriter {
 public:
  // Goes on behind what the file holds, if that is a trace; a last line that was cut off by the end
  // of the process is removed. `clock` outlives it. Errors: kUnwritable, kUnreadable,
  // kBroken when it is something else.
  [[nodiscard]] static Result<std::unique_ptr<TraceWriter>, TraceError> Open(
      const std::string& path, const Clock& clock, TraceLimits limits = {});
  // Writes what waits.
  ~TraceWriter();

  // The row's time is now.
  void Note(const TracedAccess& access);

  [[nodiscard]] TraceStats Stats() const;

 private:
  struct Row {
    std::int64_t time_ms;
    std::uint64_t object_id;
    std::uint64_t size_bytes;
    std::string actor_id;
    bool is_prefetch;
  };

  TraceWriter(UniqueFd file, std::uint64_t bytes, const Clock& clock, TraceLimits limits);
  void Run();
  // False when they cannot be written, or the file is full.
  [[nodiscard]] bool Write(const std::vector<Row>& rows);

  const UniqueFd file_;
  const Clock& clock_;
  const TraceLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable noted_;
  std::vector<Row> waiting_;  // guarded by mutex_
  TraceStats stats_;          // guarded by mutex_
  bool has_ended_ = false;    // guarded by mutex_; nothing is written any more
  bool stopping_ = false;     // guarded by mutex_
  std::thread thread_;        // last: it uses all of the above
};

}  // namespace image_cache
