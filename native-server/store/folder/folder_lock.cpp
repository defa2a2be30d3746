#include "native-server/store/folder/folder_lock.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/cache_folder.h"

namespace image_cache {
namespace {

struct flock WholeFile(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

// The file need not be open for writing: this must work for who may only read, and asking for
// F_RDLCK needs no more.
bool IsHeld(int file_fd) {
  struct flock lock = WholeFile(F_RDLCK);
  return ::fcntl(file_fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace

Result<void, StoreError> FolderLock::Take(int cache_folder_fd) {
  auto file = files_.Open(cache_folder_fd, kLockFile, O_RDWR | O_CREAT, 0600);
  if (!file) return FailWithErrno("the cache folder cannot be written", file.error());
  struct flock lock = WholeFile(F_WRLCK);
  if (::fcntl(file->get(), F_OFD_SETLK, &lock) != 0) {
    if (errno == EAGAIN || errno == EACCES) {
      return Fail(StoreError::kInUse, "another server uses this cache folder");
    }
    return FailWithErrno("the cache folder cannot be locked", errno);
  }
  const std::lock_guard guard(mutex_);
  file_ = std::move(*file);
  WriteUrl();
  return {};
}

void FolderLock::Announce(std::string_view url) {
  const std::lock_guard guard(mutex_);
  url_ = url;
  WriteUrl();
}

void FolderLock::WriteUrl() {
  const std::string line = url_.empty() ? "" : url_ + "\n";
  const auto emptied = files_.Truncate(file_.get(), 0);
  const auto written = files_.WriteAt(file_.get(), line, 0);
  if (!emptied || !written || *written != line.size()) {
    spdlog::warn("cannot write the server's address to the lock file");
  }
}

bool FolderLock::IsLost() const {
  const std::lock_guard guard(mutex_);
  return WasRemoved(files_.Stat(file_.get()));
}

bool IsFolderInUse(int cache_folder_fd) {
  const auto file = OpenBeneath(cache_folder_fd, kLockFile, O_RDONLY | O_NONBLOCK);
  return file && IsHeld(file->get());
}

std::optional<std::string> FindRunningServer(const std::string& cache_dir) {
  const UniqueFd folder(::open(cache_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return std::nullopt;
  const auto file = OpenBeneath(folder.get(), kLockFile, O_RDONLY | O_NONBLOCK);
  if (!file || !IsHeld(file->get())) return std::nullopt;

  std::array<char, 1024> buffer;
  const ssize_t count = ::pread(file->get(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return std::nullopt;
  const std::string_view content(buffer.data(), static_cast<std::size_t>(count));
  const std::size_t end = content.find('\n');
  // Without its end of line the address is still being written.
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  return std::string(content.substr(0, end));
}

}  // namespace image_cache
