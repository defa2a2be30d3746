// The system calls by which the store reads and writes the disk, as a seam: the real ones are
// SystemFiles; a test puts one in their place that fails, or a watch that counts what fails.
//
// Implementations are thread-safe and never throw. Errors are errno values; EINTR is retried, so it
// is never one of them. Sending a picture to a socket is not part of it, nor are SQLite's calls.
#pragma once

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native-server/base/open_beneath.h"
#include "native-server/base/unique_fd.h"

namespace image_cache {

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // A folder anywhere, by its path; links are followed. Only for the cache folder itself.
  [[nodiscard]] virtual ErrnoResult<UniqueFd> OpenFolder(const std::string& path) = 0;
  // All else: see open_beneath.h.
  [[nodiscard]] virtual ErrnoResult<UniqueFd> Open(int folder_fd, const std::string& path,
                                                   int flags, mode_t mode = 0) = 0;
  // Another descriptor of the same open file.
  [[nodiscard]] virtual ErrnoResult<UniqueFd> Duplicate(int fd) = 0;

  // Up to all of `bytes`, at the descriptor's own offset: how many were written.
  [[nodiscard]] virtual ErrnoResult<std::size_t> Write(int fd, std::span<const char> bytes) = 0;
  [[nodiscard]] virtual ErrnoResult<std::size_t> WriteAt(int fd, std::span<const char> bytes,
                                                         std::uint64_t offset) = 0;
  // Up to a full `buffer`; 0 at the end of the file.
  [[nodiscard]] virtual ErrnoResult<std::size_t> ReadAt(int fd, std::span<char> buffer,
                                                        std::uint64_t offset) = 0;
  // Takes blocks for this range of the file, whose size stays as it is. EOPNOTSUPP where the file
  // system cannot.
  [[nodiscard]] virtual ErrnoResult<void> Allocate(int fd, std::uint64_t offset,
                                                   std::uint64_t bytes) = 0;
  // Sets the size. Blocks behind it are given back, also when the size was this already.
  [[nodiscard]] virtual ErrnoResult<void> Truncate(int fd, std::uint64_t size_bytes) = 0;

  // Names in these are of one segment, and the folder's own: links in their place are not followed.
  enum class Replacing { kAllowed, kRefused };  // refused: EEXIST when there is such a name
  [[nodiscard]] virtual ErrnoResult<void> Rename(int from_folder_fd, const std::string& from,
                                                 int to_folder_fd, const std::string& to,
                                                 Replacing replacing) = 0;
  [[nodiscard]] virtual ErrnoResult<void> Unlink(int folder_fd, const std::string& name) = 0;
  [[nodiscard]] virtual ErrnoResult<void> MakeFolder(int folder_fd, const std::string& name) = 0;
  // ENOTEMPTY when something is in it.
  [[nodiscard]] virtual ErrnoResult<void> RemoveFolder(int folder_fd, const std::string& name) = 0;

  [[nodiscard]] virtual ErrnoResult<struct stat> Stat(int fd) = 0;
  [[nodiscard]] virtual ErrnoResult<struct stat> StatName(int folder_fd,
                                                          const std::string& name) = 0;
  [[nodiscard]] virtual ErrnoResult<struct statvfs> StatFileSystem(int fd) = 0;
  // The names in the folder `path` beneath the other, without "." and "..", in no order.
  [[nodiscard]] virtual ErrnoResult<std::vector<std::string>> List(int folder_fd,
                                                                   const std::string& path) = 0;

  // Returns when the file, or all of its file system, is on the platter.
  [[nodiscard]] virtual ErrnoResult<void> Sync(int fd) = 0;
  [[nodiscard]] virtual ErrnoResult<void> SyncFileSystem(int fd) = 0;
};

}  // namespace image_cache
