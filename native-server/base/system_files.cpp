#include "native-server/base/system_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

namespace image_cache {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// Calls until it is not interrupted; the number that it returns, or the errno.
template <typename Call>
auto Retry(Call call) -> ErrnoResult<decltype(call())> {
  for (;;) {
    const auto result = call();
    if (result >= 0) return result;
    if (errno != EINTR) return tl::make_unexpected(errno);
  }
}

template <typename Call>
ErrnoResult<void> Do(Call call) {
  const auto done = Retry(call);
  if (!done) return tl::make_unexpected(done.error());
  return {};
}

template <typename Call>
ErrnoResult<std::size_t> Count(Call call) {
  const auto count = Retry(call);
  if (!count) return tl::make_unexpected(count.error());
  return static_cast<std::size_t>(*count);
}

template <typename Call>
ErrnoResult<UniqueFd> OpenBy(Call call) {
  const auto fd = Retry(call);
  if (!fd) return tl::make_unexpected(fd.error());
  return UniqueFd(*fd);
}

}  // namespace

ErrnoResult<UniqueFd> SystemFiles::OpenFolder(const std::string& path) {
  return OpenBy([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
}

ErrnoResult<UniqueFd> SystemFiles::Open(int folder_fd, const std::string& path, int flags,
                                        mode_t mode) {
  return OpenBeneath(folder_fd, path, flags, mode);
}

ErrnoResult<UniqueFd> SystemFiles::Duplicate(int fd) {
  return OpenBy([&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); });
}

ErrnoResult<std::size_t> SystemFiles::Write(int fd, std::span<const char> bytes) {
  return Count([&] { return ::write(fd, bytes.data(), bytes.size()); });
}

ErrnoResult<std::size_t> SystemFiles::WriteAt(int fd, std::span<const char> bytes,
                                              std::uint64_t offset) {
  return Count(
      [&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
}

ErrnoResult<std::size_t> SystemFiles::ReadAt(int fd, std::span<char> buffer, std::uint64_t offset) {
  return Count(
      [&] { return ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset)); });
}

ErrnoResult<void> SystemFiles::Allocate(int fd, std::uint64_t offset, std::uint64_t bytes) {
  return Do([&] {
    return ::fallocate(fd, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                       static_cast<off_t>(bytes));
  });
}

ErrnoResult<void> SystemFiles::Truncate(int fd, std::uint64_t size_bytes) {
  return Do([&] { return ::ftruncate(fd, static_cast<off_t>(size_bytes)); });
}

ErrnoResult<void> SystemFiles::Rename(int from_folder_fd, const std::string& from, int to_folder_fd,
                                      const std::string& to, Replacing replacing) {
  const unsigned flags = replacing == Replacing::kRefused ? RENAME_NOREPLACE : 0;
  return Do(
      [&] { return ::renameat2(from_folder_fd, from.c_str(), to_folder_fd, to.c_str(), flags); });
}

ErrnoResult<void> SystemFiles::Unlink(int folder_fd, const std::string& name) {
  return Do([&] { return ::unlinkat(folder_fd, name.c_str(), 0); });
}

ErrnoResult<void> SystemFiles::MakeFolder(int folder_fd, const std::string& name) {
  return Do([&] { return ::mkdirat(folder_fd, name.c_str(), 0700); });
}

ErrnoResult<void> SystemFiles::RemoveFolder(int folder_fd, const std::string& name) {
  return Do([&] { return ::unlinkat(folder_fd, name.c_str(), AT_REMOVEDIR); });
}

ErrnoResult<struct stat> SystemFiles::Stat(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return tl::make_unexpected(errno);
  return status;
}

ErrnoResult<struct stat> SystemFiles::StatName(int folder_fd, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return tl::make_unexpected(errno);
  }
  return status;
}

ErrnoResult<struct statvfs> SystemFiles::StatFileSystem(int fd) {
  struct statvfs status {};
  if (::fstatvfs(fd, &status) != 0) return tl::make_unexpected(errno);
  return status;
}

ErrnoResult<std::vector<std::string>> SystemFiles::List(int folder_fd, const std::string& path) {
  auto fd = OpenBeneath(folder_fd, path, O_RDONLY | O_DIRECTORY);
  if (!fd) return tl::make_unexpected(fd.error());
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(fd->get()));
  if (folder == nullptr) return tl::make_unexpected(errno);
  (void)fd->release();  // the stream's from here on
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return tl::make_unexpected(errno);
  return names;
}

ErrnoResult<void> SystemFiles::Sync(int fd) {
  return Do([&] { return ::fsync(fd); });
}

ErrnoResult<void> SystemFiles::SyncFileSystem(int fd) {
  return Do([&] { return ::syncfs(fd); });
}

}  // namespace image_cache
