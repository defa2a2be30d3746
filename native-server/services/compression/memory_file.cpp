#include "native-server/services/compression/memory_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <vector>

#include "native-server/store/sha256.h"

namespace image_cache {

UniqueFd MakeMemoryFile() {
  return UniqueFd(::memfd_create("image-cache", MFD_CLOEXEC | MFD_ALLOW_SEALING));
}

UniqueFd Duplicate(const UniqueFd& fd) { return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }

bool Seal(const UniqueFd& fd) {
  return ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) ==
         0;
}

bool ReadPieces(const UniqueFd& fd, std::uint64_t size_bytes,
                const std::function<bool(std::string_view piece)>& use) {
  constexpr std::uint64_t kPieceBytes = 256 << 10;
  std::vector<char> buffer(static_cast<std::size_t>(std::min(size_bytes, kPieceBytes)));
  for (std::uint64_t offset = 0; offset < size_bytes;) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_bytes - offset));
    const ssize_t count = ::pread(fd.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (count <= 0 || !use({buffer.data(), static_cast<std::size_t>(count)})) return false;
    offset += static_cast<std::uint64_t>(count);
  }
  return true;
}

bool HasHash(const UniqueFd& fd, std::uint64_t size_bytes, std::string_view sha256) {
  Sha256 hasher;
  const bool is_whole = ReadPieces(fd, size_bytes, [&hasher](std::string_view piece) {
    hasher.Update(piece);
    return true;
  });
  return is_whole && ToHex(hasher.Finish()) == sha256;
}

}  // namespace image_cache
