// A file system that tells the StoreHealth what fails in it, and what takes too long.
//
// Owned by the CacheFolder; as thread-safe as what it stands before, which outlives it, as do
// health and clock.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "native-server/base/clock.h"
#include "native-server/base/file_system.h"
#include "native-server/store/health/store_health.h"

namespace image_cache {

// Of one system call that writes: beyond, pictures come faster from their origin.
inline constexpr std::chrono::seconds kSlowWrite{5};

class WatchedFiles final : public FileSystem {
 public:
  WatchedFiles(std::shared_ptr<FileSystem> files, StoreHealth& health, const Clock& clock)
      : files_(std::move(files)), health_(health), clock_(clock) {}

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

 private:
  template <typename Call>
  auto Writing(Call call);
  template <typename Call>
  auto Reading(Call call);
  template <typename Call>
  auto Looking(Call call);
  template <typename Call>
  auto Syncing(Call call);

  const std::shared_ptr<FileSystem> files_;
  StoreHealth& health_;
  const Clock& clock_;
};

}  // namespace image_cache
