// A disk that fails when it is told to: the store's own system calls, and SQLite's among them.
//
// One at a time takes part in SQLite's calls: the newest, for as long as it lives.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "native-server/base/system_files.h"

namespace image_cache::testing {

class FaultyFiles final : public SystemFiles {
 public:
  // kDuplicate takes a descriptor, and no disk.
  enum class Kind { kRead, kWrite, kDuplicate };

  FaultyFiles();
  ~FaultyFiles() override;
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  // The n-th call from now on fails, once; n starts at 1.
  void FailNth(int n, int error);
  // All calls of this kind fail from now on.
  void FailAll(Kind kind, int error);
  // Nothing fails from now on. True when FailNth has had its call.
  bool Mend();
  // Called before each writing call from now on.
  void Before(std::function<void()> writing);

  // What the next call is to fail with, if it is to. Public for SQLite's calls.
  [[nodiscard]] std::optional<int> NextFault(Kind kind);

  ErrnoResult<UniqueFd> OpenFolder(const std::string& path) override;
  ErrnoResult<UniqueFd> Open(int folder_fd, const std::string& path, int flags,
                             mode_t mode) override;
  ErrnoResult<UniqueFd> Duplicate(int fd) override;
  // Half of the bytes are written before a fault, as a disk does.
  ErrnoResult<std::size_t> Write(int fd, std::span<const char> bytes) override;
  ErrnoResult<std::size_t> WriteAt(int fd, std::span<const char> bytes,
                                   std::uint64_t offset) override;
  ErrnoResult<std::size_t> ReadAt(int fd, std::span<char> buffer, std::uint64_t offset) override;
  ErrnoResult<void> Allocate(int fd, std::uint64_t offset, std::uint64_t bytes) override;
  ErrnoResult<void> Truncate(int fd, std::uint64_t size_bytes) override;
  ErrnoResult<void> Rename(int from_folder_fd, const std::string& from, int to_folder_fd,
                           const std::string& to, Replacing replacing) override;
  ErrnoResult<void> Unlink(int folder_fd, const std::string& name) override;
  ErrnoResult<void> MakeFolder(int folder_fd, const std::string& name) override;
  ErrnoResult<void> RemoveFolder(int folder_fd, const std::string& name) override;
  ErrnoResult<struct stat> Stat(int fd) override;
  ErrnoResult<struct stat> StatName(int folder_fd, const std::string& name) override;
  ErrnoResult<struct statvfs> StatFileSystem(int fd) override;
  ErrnoResult<std::vector<std::string>> List(int folder_fd, const std::string& path) override;
  ErrnoResult<void> Sync(int fd) override;
  ErrnoResult<void> SyncFileSystem(int fd) override;

 private:
  std::mutex mutex_;
  int countdown_ = 0;                         // 0: none, or it has had its call
  int error_ = 0;                             // of the n-th
  std::array<std::optional<int>, 3> of_all_;  // by Kind
  std::function<void()> before_writing_;
};

}  // namespace image_cache::testing
