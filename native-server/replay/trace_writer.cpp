#include "native-server/replay/trace_writer.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace image_cache {
namespace {

// Rows gather for so long, so that a busy server does not write each alone.
constexpr std::chrono::milliseconds kGathering{100};

auto FailToWrite(const std::string& path, int error) {
  return Fail(TraceError::kUnwritable,
              "cannot write the trace " + path + ": " + std::generic_category().message(error));
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Where the last whole line ends; 0 when there is none in the last 4 KiB. Lines are far shorter.
std::uint64_t EndOfLastLine(int fd, std::uint64_t size_bytes) {
  std::array<char, 4096> tail{};
  const std::uint64_t from = size_bytes > tail.size() ? size_bytes - tail.size() : 0;
  const ssize_t count = ::pread(fd, tail.data(), tail.size(), static_cast<off_t>(from));
  const std::string_view text(tail.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t newline = text.rfind('\n');
  return newline == std::string_view::npos ? 0 : from + newline + 1;
}

// How much of a file that is not empty is a trace.
Result<std::uint64_t, TraceError> FindEnd(const std::string& path, int fd,
                                          std::uint64_t size_bytes) {
  if (auto trace = TraceReader::Open(path); !trace) return tl::make_unexpected(trace.error());
  const std::uint64_t end = EndOfLastLine(fd, size_bytes);
  if (end == 0) return Fail(TraceError::kBroken, path + ": its last line belongs to no trace");
  return end;
}

}  // namespace

Result<std::unique_ptr<TraceWriter>, TraceError> TraceWriter::Open(const std::string& path,
                                                                   const Clock& clock,
                                                                   TraceLimits limits) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return FailToWrite(path, errno);
  std::uint64_t bytes = 0;
  if (S_ISREG(status.st_mode) && status.st_size > 0) {
    const auto end = FindEnd(path, file.get(), static_cast<std::uint64_t>(status.st_size));
    if (!end) return tl::make_unexpected(end.error());
    bytes = *end;
    if (::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) return FailToWrite(path, errno);
  } else {
    const std::string header = std::string(kTraceHeader) + "\n";
    if (!WriteAll(file.get(), header)) return FailToWrite(path, errno);
    bytes = header.size();
  }
  return std::unique_ptr<TraceWriter>(new TraceWriter(std::move(file), bytes, clock, limits));
}

TraceWriter::TraceWriter(UniqueFd file, std::uint64_t bytes, const Clock& clock, TraceLimits limits)
    : file_(std::move(file)),
      clock_(clock),
      limits_(limits),
      stats_{.max_waiting = limits.waiting_rows, .bytes = bytes, .max_bytes = limits.file_bytes},
      thread_([this] { Run(); }) {}

TraceWriter::~TraceWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  noted_.notify_one();
  thread_.join();
}

void TraceWriter::Note(const TracedAccess& access) {
  const std::lock_guard lock(mutex_);
  if (has_ended_ || waiting_.size() >= limits_.waiting_rows) {
    ++stats_.dropped;
    return;
  }
  waiting_.push_back({.time_ms = clock_.NowMs(),
                      .object_id = access.object_id,
                      .size_bytes = access.size_bytes,
                      .actor_id = std::string(access.actor_id),
                      .is_prefetch = access.is_prefetch});
  if (waiting_.size() == 1) noted_.notify_one();
}

TraceStats TraceWriter::Stats() const {
  const std::lock_guard lock(mutex_);
  TraceStats stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

void TraceWriter::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    noted_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    noted_.wait_for(lock, kGathering, [this] { return stopping_; });
    const std::vector<Row> rows = std::exchange(waiting_, {});
    const bool writes = !has_ended_;
    lock.unlock();
    const bool written = writes && Write(rows);
    lock.lock();
    has_ended_ = !written;
    (written ? stats_.rows : stats_.dropped) += rows.size();
  }
}

bool TraceWriter::Write(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += std::to_string(row.time_ms) + ',' + std::to_string(row.object_id) + ',' +
            std::to_string(row.size_bytes) + ',' + row.actor_id +
            (row.is_prefetch ? ",1\n" : ",0\n");
  }
  const std::uint64_t before = Stats().bytes;
  const std::uint64_t bytes = before + text.size();
  if (bytes > limits_.file_bytes) {
    spdlog::warn("the trace has reached {} bytes and ends here", before);
    return false;
  }
  if (!WriteAll(file_.get(), text)) {
    spdlog::error("the trace cannot be written and ends here: {}",
                  std::generic_category().message(errno));
    // Half a line would end its replay, too. On what is no regular file there is nothing to undo.
    (void)!::ftruncate(file_.get(), static_cast<off_t>(before));
    return false;
  }
  const std::lock_guard lock(mutex_);
  stats_.bytes = bytes;
  return true;
}

}  // namespace image_cache
