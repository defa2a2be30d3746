// The file system as the kernel gives it: each function is one system call, as far as there is one.
// Stateless.
#pragma once

#include <string>
#include <vector>

#include "native-server/base/file_system.h"

namespace image_cache {

class SystemFiles : public FileSystem {
 public:
  [[nodiscard]] ErrnoResult<UniqueFd> OpenFolder(const std::string& path) override;
  [[nodiscard]] ErrnoResult<UniqueFd> Open(int folder_fd, const std::string& path, int flags,
                                           mode_t mode) override;
  [[nodiscard]] ErrnoResult<UniqueFd> Duplicate(int fd) override;
  [[nodiscard]] ErrnoResult<std::size_t> Write(int fd, std::span<const char> bytes) override;
  [[nodiscard]] ErrnoResult<std::size_t> WriteAt(int fd, std::span<const char> bytes,
                                                 std::uint64_t offset) override;
  [[nodiscard]] ErrnoResult<std::size_t> ReadAt(int fd, std::span<char> buffer,
                                                std::uint64_t offset) override;
  [[nodiscard]] ErrnoResult<void> Allocate(int fd, std::uint64_t offset,
                                           std::uint64_t bytes) override;
  [[nodiscard]] ErrnoResult<void> Truncate(int fd, std::uint64_t size_bytes) override;
  [[nodiscard]] ErrnoResult<void> Rename(int from_folder_fd, const std::string& from,
                                         int to_folder_fd, const std::string& to,
                                         Replacing replacing) override;
  [[nodiscard]] ErrnoResult<void> Unlink(int folder_fd, const std::string& name) override;
  [[nodiscard]] ErrnoResult<void> MakeFolder(int folder_fd, const std::string& name) override;
  [[nodiscard]] ErrnoResult<void> RemoveFolder(int folder_fd, const std::string& name) override;
  [[nodiscard]] ErrnoResult<struct stat> Stat(int fd) override;
  [[nodiscard]] ErrnoResult<struct stat> StatName(int folder_fd, const std::string& name) override;
  [[nodiscard]] ErrnoResult<struct statvfs> StatFileSystem(int fd) override;
  [[nodiscard]] ErrnoResult<std::vector<std::string>> List(int folder_fd,
                                                           const std::string& path) override;
  [[nodiscard]] ErrnoResult<void> Sync(int fd) override;
  [[nodiscard]] ErrnoResult<void> SyncFileSystem(int fd) override;
};

}  // namespace image_cache
