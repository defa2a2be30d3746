// Writes who asked for what, behind the answers.
//
// Owned by main; thread-safe. Noting formats one line and takes a lock to hand it over; a thread of
// its own does the writing. Bounded: lines that wait, in bytes, beyond which they are dropped and
// counted. A file that cannot be written is logged once and tried again with the next lines: no
// answer ever waits for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "native-server/base/clock.h"
#include "native-server/http/access_log/access_line.h"
#include "native-server/http/access_log/log_file.h"
#include "shared/result.h"

namespace image_cache {

struct AccessLogStats {
  std::uint64_t lines = 0;    // written
  std::uint64_t dropped = 0;  // because the disk was behind, or did not take them
  std::size_t waiting_bytes = 0;
  std::size_t max_waiting_bytes = 0;
};

struct AccessLogLimits {
  std::size_t waiting_bytes = 4 << 20;
  std::uint64_t file_bytes = 1ULL << 30;  // see LogFile
};

enum class AccessLogError { kUnwritable };

// What is noted of a query, which may hold a signature.
using QueryRedaction = std::function<std::string(std::string_view query)>;

class AccessLog {
 public:
  // "-" is standard output. `clock` outlives it. Errors: as above, with what the system says.
  [[nodiscard]] static Result<std::unique_ptr<AccessLog>, AccessLogError> Open(
      const std::string& path, AccessLogFormat format, QueryRedaction redact, const Clock& clock,
      const AccessLogLimits& limits = {});
  // Writes what waits; where that is a pipe, as long as somebody reads it.
  ~AccessLog();

  // The target is what is made of path and query here; the rest is the caller's.
  void Note(Access access, std::string_view path, std::string_view query);
  // The file's name may stand for another file by now: for SIGHUP.
  void Reopen();

  [[nodiscard]] std::int64_t NowMs() const { return clock_.NowMs(); }
  [[nodiscard]] AccessLogStats Stats() const;

 private:
  AccessLog(LogFile file, AccessLogFormat format, QueryRedaction redact, const Clock& clock,
            const AccessLogLimits& limits);
  void Run();
  // Without the lock; gives whether it was written.
  [[nodiscard]] bool Write(const std::string& text, bool reopens);

  LogFile file_;  // the thread's own
  const AccessLogFormat format_;
  const QueryRedaction redact_;
  const Clock& clock_;
  const AccessLogLimits limits_;
  bool has_failed_ = false;  // the thread's own

  mutable std::mutex mutex_;
  std::condition_variable noted_;
  // Guarded by mutex_.
  std::string waiting_;
  std::uint64_t waiting_lines_ = 0;
  std::uint64_t lines_ = 0, dropped_ = 0;
  bool reopens_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace image_cache
