#include "native-server/http/access_log/access_log.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "native-server/base/logging.h"

namespace image_cache {
namespace {

// Lines gather for so long, so that a busy server does not write each alone.
constexpr std::chrono::milliseconds kGathering{100};

}  // namespace

Result<std::unique_ptr<AccessLog>, AccessLogError> AccessLog::Open(const std::string& path,
                                                                   AccessLogFormat format,
                                                                   QueryRedaction redact,
                                                                   const Clock& clock,
                                                                   const AccessLogLimits& limits) {
  LogFile file(path, limits.file_bytes);
  if (const int error = file.Open(); error != 0) {
    return Fail(AccessLogError::kUnwritable,
                "cannot write " + path + ": " + std::generic_category().message(error));
  }
  return std::unique_ptr<AccessLog>(
      new AccessLog(std::move(file), format, std::move(redact), clock, limits));
}

AccessLog::AccessLog(LogFile file, AccessLogFormat format, QueryRedaction redact,
                     const Clock& clock, const AccessLogLimits& limits)
    : file_(std::move(file)),
      format_(format),
      redact_(std::move(redact)),
      clock_(clock),
      limits_(limits),
      thread_([this] { Run(); }) {}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  noted_.notify_one();
  thread_.join();
}

void AccessLog::Note(Access access, std::string_view path, std::string_view query) {
  // Some paste a whole URL behind the host, encoded: its query may be signed.
  std::string target(WithoutEncodedQuery(path));
  if (!query.empty()) target.append(1, '?').append(redact_(query));
  access.target = target;
  // Another page's address may hold what is nobody's business, as the query of a URL may.
  const std::string referer = LoggableUrl(access.referer);
  access.referer = WithoutEncodedQuery(referer);
  std::string line;
  AppendAccessLine(line, access, format_);

  const std::lock_guard lock(mutex_);
  if (waiting_.size() + line.size() > limits_.waiting_bytes) {
    ++dropped_;
    return;
  }
  waiting_ += line;
  if (++waiting_lines_ == 1) noted_.notify_one();
}

void AccessLog::Reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopens_ = true;
  }
  noted_.notify_one();
}

AccessLogStats AccessLog::Stats() const {
  const std::lock_guard lock(mutex_);
  return {.lines = lines_,
          .dropped = dropped_,
          .waiting_bytes = waiting_.size(),
          .max_waiting_bytes = limits_.waiting_bytes};
}

void AccessLog::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    noted_.wait(lock, [this] { return stopping_ || reopens_ || !waiting_.empty(); });
    if (stopping_ && waiting_.empty()) return;
    noted_.wait_for(lock, kGathering, [this] { return stopping_ || reopens_; });
    const std::string text = std::exchange(waiting_, {});
    const std::uint64_t lines = std::exchange(waiting_lines_, 0);
    const bool reopens = std::exchange(reopens_, false);
    lock.unlock();
    const bool written = Write(text, reopens);
    lock.lock();
    (written ? lines_ : dropped_) += lines;
  }
}

bool AccessLog::Write(const std::string& text, bool reopens) {
  const int unopened = reopens ? file_.Open() : 0;
  // One that cannot be opened anew is still open under its old name.
  const int unwritten = file_.Write(text, [this] {
    const std::lock_guard lock(mutex_);
    return stopping_;
  });
  const int error = unwritten != 0 ? unwritten : unopened;
  const bool has_failed = error != 0;
  if (has_failed && !has_failed_) {
    spdlog::error("the access log cannot be written: {}", std::generic_category().message(error));
  } else if (!has_failed && has_failed_) {
    spdlog::info("the access log is written again");
  }
  has_failed_ = has_failed;
  return unwritten == 0;
}

}  // namespace image_cache
