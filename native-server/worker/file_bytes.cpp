#include "native-server/worker/file_bytes.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace image_cache {

std::optional<std::vector<char>> ReadBytes(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || status.st_size < 0) return std::nullopt;
  std::vector<char> bytes(static_cast<std::size_t>(status.st_size));
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t count = ::pread(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

bool WriteBytes(int fd, const void* bytes, std::size_t size_bytes) {
  const char* from = static_cast<const char*>(bytes);
  for (std::size_t at = 0; at < size_bytes;) {
    const ssize_t count = ::pwrite(fd, from + at, size_bytes - at, static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace image_cache
