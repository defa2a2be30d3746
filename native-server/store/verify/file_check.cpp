#include "native-server/store/verify/file_check.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/sha256.h"

namespace image_cache {
namespace {

// Large enough for a disk, small enough for a pace to be even and a stop to be quick.
constexpr std::size_t kPieceBytes = 256 << 10;

// Opening a file costs the disk something too, however small the file is.
constexpr std::uint64_t kLeastCostBytes = 4096;

std::int64_t Nanoseconds(const timespec& time) {
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  return time.tv_sec * kPerSecond + time.tv_nsec;
}

ErrnoResult<UniqueFd> Open(int folder_fd, const LocalPath& path) {
  // O_NONBLOCK: a FIFO that somebody put there must not hold up the thread.
  return OpenBeneath(folder_fd, std::string(kImagesFolder) + "/" + std::string(path.relative()),
                     O_RDONLY | O_NONBLOCK);
}

FileState StateOf(int error) {
  if (CacheFolder::MeansVanished(error)) return FileState::kMissing;
  return error == EIO ? FileState::kUnreadable : FileState::kUnknown;
}

// Hands the file's bytes on in pieces, up to `limit_bytes`. kSound when that went well.
template <typename Use>
FileState Read(int fd, std::uint64_t limit_bytes, ReadPace& pace, const Use& use) {
  std::vector<char> buffer(
      static_cast<std::size_t>(std::clamp<std::uint64_t>(limit_bytes, 1, kPieceBytes)));
  for (std::uint64_t offset = 0; offset < limit_bytes;) {
    const std::uint64_t wanted = std::min<std::uint64_t>(buffer.size(), limit_bytes - offset);
    if (!pace.Take(std::max(wanted, kLeastCostBytes))) return FileState::kStopped;
    const ssize_t count = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return StateOf(errno);
    if (count == 0) return FileState::kWrongSize;  // cut while it was read
    use(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    offset += static_cast<std::uint64_t>(count);
  }
  return FileState::kSound;
}

FileState CheckContent(int fd, ImageType type, const Entry& entry, ReadPace& pace) {
  if (entry.sha256.empty()) {
    std::string head;
    const auto state = Read(fd, std::min<std::uint64_t>(entry.size_bytes, kSniffBytes), pace,
                            [&head](std::string_view piece) { head += piece; });
    if (state != FileState::kSound) return state;
    return SniffImageType(head) == type ? FileState::kSound : FileState::kWrongContent;
  }
  Sha256 hasher;
  const auto state =
      Read(fd, entry.size_bytes, pace, [&hasher](std::string_view piece) { hasher.Update(piece); });
  if (state != FileState::kSound) return state;
  return ToHex(hasher.Finish()) == entry.sha256 ? FileState::kSound : FileState::kWrongContent;
}

}  // namespace

FileStamp StampOf(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size_bytes = static_cast<std::uint64_t>(status.st_size),
          .modified_ns = Nanoseconds(status.st_mtim),
          .changed_ns = Nanoseconds(status.st_ctim)};
}

FileVerdict CheckFile(int folder_fd, const LocalPath& path, const Entry& entry, ReadPace& pace) {
  const auto fd = Open(folder_fd, path);
  if (!fd) return {.state = StateOf(fd.error()), .file = std::nullopt};
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return {.state = StateOf(errno), .file = std::nullopt};
  if (!S_ISREG(status.st_mode)) return {.state = FileState::kMissing, .file = std::nullopt};
  FileVerdict verdict{.state = FileState::kWrongSize, .file = StampOf(status)};
  if (verdict.file->size_bytes == entry.size_bytes) {
    verdict.state = CheckContent(fd->get(), path.type(), entry, pace);
  }
  return verdict;
}

tl::expected<std::optional<FileStamp>, int> LookAtFile(int folder_fd, const LocalPath& path) {
  const auto fd = Open(folder_fd, path);
  if (!fd && CacheFolder::MeansVanished(fd.error())) return std::nullopt;
  if (!fd) return tl::make_unexpected(fd.error());
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return tl::make_unexpected(errno);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return StampOf(status);
}

}  // namespace image_cache
