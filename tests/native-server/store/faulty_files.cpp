#include "tests/native-server/store/faulty_files.h"

#include <fcntl.h>

#include <utility>

#include "tests/native-server/store/faulty_sqlite.h"

namespace image_cache::testing {

#define FAIL_IF_TOLD(kind) \
  if (const auto fault = NextFault(kind)) return tl::make_unexpected(*fault)

FaultyFiles::FaultyFiles() {
  FailSqliteBy([this](bool writes) { return NextFault(writes ? Kind::kWrite : Kind::kRead); });
}

FaultyFiles::~FaultyFiles() { FailSqliteBy(nullptr); }

void FaultyFiles::FailNth(int n, int error) {
  const std::lock_guard lock(mutex_);
  countdown_ = n;
  error_ = error;
}

void FaultyFiles::FailAll(Kind kind, int error) {
  const std::lock_guard lock(mutex_);
  of_all_.at(static_cast<std::size_t>(kind)) = error;
}

bool FaultyFiles::Mend() {
  const std::lock_guard lock(mutex_);
  of_all_ = {};
  before_writing_ = nullptr;
  return std::exchange(countdown_, 0) == 0;
}

void FaultyFiles::Before(std::function<void()> writing) {
  const std::lock_guard lock(mutex_);
  before_writing_ = std::move(writing);
}

std::optional<int> FaultyFiles::NextFault(Kind kind) {
  const std::lock_guard lock(mutex_);
  if (kind == Kind::kWrite && before_writing_) before_writing_();
  if (countdown_ > 0 && --countdown_ == 0) return error_;
  return of_all_.at(static_cast<std::size_t>(kind));
}

ErrnoResult<UniqueFd> FaultyFiles::OpenFolder(const std::string& path) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::OpenFolder(path);
}

ErrnoResult<UniqueFd> FaultyFiles::Open(int folder_fd, const std::string& path, int flags,
                                        mode_t mode) {
  const bool reads = (flags & O_ACCMODE) == O_RDONLY && (flags & O_PATH) == 0;
  FAIL_IF_TOLD(reads ? Kind::kRead : Kind::kWrite);
  return SystemFiles::Open(folder_fd, path, flags, mode);
}

ErrnoResult<UniqueFd> FaultyFiles::Duplicate(int fd) {
  FAIL_IF_TOLD(Kind::kDuplicate);
  return SystemFiles::Duplicate(fd);
}

ErrnoResult<std::size_t> FaultyFiles::Write(int fd, std::span<const char> bytes) {
  if (const auto fault = NextFault(Kind::kWrite)) {
    (void)SystemFiles::Write(fd, bytes.first(bytes.size() / 2));
    return tl::make_unexpected(*fault);
  }
  return SystemFiles::Write(fd, bytes);
}

ErrnoResult<std::size_t> FaultyFiles::WriteAt(int fd, std::span<const char> bytes,
                                              std::uint64_t offset) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::WriteAt(fd, bytes, offset);
}

ErrnoResult<std::size_t> FaultyFiles::ReadAt(int fd, std::span<char> buffer, std::uint64_t offset) {
  FAIL_IF_TOLD(Kind::kRead);
  return SystemFiles::ReadAt(fd, buffer, offset);
}

ErrnoResult<void> FaultyFiles::Allocate(int fd, std::uint64_t offset, std::uint64_t bytes) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::Allocate(fd, offset, bytes);
}

ErrnoResult<void> FaultyFiles::Truncate(int fd, std::uint64_t size_bytes) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::Truncate(fd, size_bytes);
}

ErrnoResult<void> FaultyFiles::Rename(int from_folder_fd, const std::string& from, int to_folder_fd,
                                      const std::string& to, Replacing replacing) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::Rename(from_folder_fd, from, to_folder_fd, to, replacing);
}

ErrnoResult<void> FaultyFiles::Unlink(int folder_fd, const std::string& name) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::Unlink(folder_fd, name);
}

ErrnoResult<void> FaultyFiles::MakeFolder(int folder_fd, const std::string& name) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::MakeFolder(folder_fd, name);
}

ErrnoResult<void> FaultyFiles::RemoveFolder(int folder_fd, const std::string& name) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::RemoveFolder(folder_fd, name);
}

ErrnoResult<struct stat> FaultyFiles::Stat(int fd) {
  FAIL_IF_TOLD(Kind::kRead);
  return SystemFiles::Stat(fd);
}

ErrnoResult<struct stat> FaultyFiles::StatName(int folder_fd, const std::string& name) {
  FAIL_IF_TOLD(Kind::kRead);
  return SystemFiles::StatName(folder_fd, name);
}

ErrnoResult<struct statvfs> FaultyFiles::StatFileSystem(int fd) {
  FAIL_IF_TOLD(Kind::kRead);
  return SystemFiles::StatFileSystem(fd);
}

ErrnoResult<std::vector<std::string>> FaultyFiles::List(int folder_fd, const std::string& path) {
  FAIL_IF_TOLD(Kind::kRead);
  return SystemFiles::List(folder_fd, path);
}

ErrnoResult<void> FaultyFiles::Sync(int fd) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::Sync(fd);
}

ErrnoResult<void> FaultyFiles::SyncFileSystem(int fd) {
  FAIL_IF_TOLD(Kind::kWrite);
  return SystemFiles::SyncFileSystem(fd);
}

#undef FAIL_IF_TOLD

}  // namespace image_cache::testing
