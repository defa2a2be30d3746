#include "native-server/http/access_log/log_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>

namespace image_cache {
namespace {

constexpr int kPatienceMs = 1000;

}  // namespace

int LogFile::Open() {
  UniqueFd file(is_standard_output()
                    ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                    // Read by who looks after the machine, and by nobody else.
                    : ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
  if (!file) return errno;
  file_ = std::move(file);
  struct stat opened {};
  is_regular_ = ::fstat(file_.get(), &opened) == 0 && S_ISREG(opened.st_mode);
  return 0;
}

int LogFile::Write(std::string_view text, const std::function<bool()>& is_stopping) {
  if (!is_standard_output()) {
    RotateIfLarge();
    if (IsRotated()) {
      if (const int error = Open(); error != 0 && !file_) return error;
    }
  }
  while (!text.empty()) {
    if (const int error = AwaitReader(is_stopping); error != 0) return error;
    // More than this a pipe that is ready may still block for (pipe(7)).
    const ssize_t written =
        ::write(file_.get(), text.data(),
                is_regular_ ? text.size() : std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int LogFile::AwaitReader(const std::function<bool()>& is_stopping) const {
  if (is_regular_) return 0;
  pollfd watched{.fd = file_.get(), .events = POLLOUT, .revents = 0};
  for (;;) {
    const int ready = ::poll(&watched, 1, kPatienceMs);
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return errno;
    if (ready == 0 && is_stopping()) return ETIMEDOUT;
  }
}

bool LogFile::IsRotated() const {
  struct stat named {};
  struct stat opened {};
  if (!file_ || ::stat(path_.c_str(), &named) != 0 || ::fstat(file_.get(), &opened) != 0) {
    return true;
  }
  return named.st_ino != opened.st_ino || named.st_dev != opened.st_dev;
}

void LogFile::RotateIfLarge() {
  struct stat opened {};
  if (!file_ || ::fstat(file_.get(), &opened) != 0 || !S_ISREG(opened.st_mode) ||
      static_cast<std::uint64_t>(opened.st_size) < max_bytes_ || IsRotated()) {
    return;
  }
  // When that fails, the file goes on growing: the disk's own limit is the last.
  (void)std::rename(path_.c_str(), (path_ + ".1").c_str());
}

}  // namespace image_cache
