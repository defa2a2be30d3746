#include "native-server/store/verify/file_check.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <string>
#include <vector>

#include "native-server/contents/svg_head.h"
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

ErrnoResult<UniqueFd> Open(const FolderView& folder, const std::string& place) {
  // O_NONBLOCK: a FIFO that somebody put there must not hold up the thread.
  return folder.files.Open(folder.fd, place, O_RDONLY | O_NONBLOCK);
}

std::string PlaceOf(const LocalPath& path) {
  return std::string(kImagesFolder) + "/" + std::string(path.relative());
}

std::string PlaceOf(const SmallerName& name) {
  return SmallerFolderOf(name.original.actor_id()) + "/" + name.FileName();
}

FileState StateOf(int error) {
  if (CacheFolder::MeansVanished(error)) return FileState::kMissing;
  return error == EIO ? FileState::kUnreadable : FileState::kUnknown;
}

// Hands the file's bytes on in pieces, up to `limit_bytes`. kSound when that went well.
template <typename Use>
FileState Read(FileSystem& files, int fd, std::uint64_t limit_bytes, ReadPace& pace,
               const Use& use) {
  std::vector<char> buffer(
      static_cast<std::size_t>(std::clamp<std::uint64_t>(limit_bytes, 1, kPieceBytes)));
  for (std::uint64_t offset = 0; offset < limit_bytes;) {
    const std::uint64_t wanted = std::min<std::uint64_t>(buffer.size(), limit_bytes - offset);
    if (!pace.Take(std::max(wanted, kLeastCostBytes))) return FileState::kStopped;
    const auto count =
        files.ReadAt(fd, std::span(buffer).first(static_cast<std::size_t>(wanted)), offset);
    if (!count) return StateOf(count.error());
    if (*count == 0) return FileState::kWrongSize;  // cut while it was read
    use(std::string_view(buffer.data(), *count));
    offset += *count;
  }
  return FileState::kSound;
}

bool IsOfType(std::string_view head, ImageType type) {
  return type == ImageType::kSvg ? SniffSvg(head) == SvgAnswer::kYes : SniffImageType(head) == type;
}

// `sha256`: in hex, or how it begins.
FileState CheckHash(FileSystem& files, int fd, std::uint64_t size_bytes, std::string_view sha256,
                    ReadPace& pace) {
  Sha256 hasher;
  const auto state = Read(files, fd, size_bytes, pace,
                          [&hasher](std::string_view piece) { hasher.Update(piece); });
  if (state != FileState::kSound) return state;
  return ToHex(hasher.Finish()).starts_with(sha256) ? FileState::kSound : FileState::kWrongContent;
}

FileState CheckContent(FileSystem& files, int fd, ImageType type, const Entry& entry,
                       ReadPace& pace) {
  if (entry.sha256.empty()) {
    std::string head;
    const std::uint64_t telling = type == ImageType::kSvg ? kSvgLookAheadBytes : kSniffBytes;
    const auto state = Read(files, fd, std::min(entry.size_bytes, telling), pace,
                            [&head](std::string_view piece) { head += piece; });
    if (state != FileState::kSound) return state;
    return IsOfType(head, type) ? FileState::kSound : FileState::kWrongContent;
  }
  return CheckHash(files, fd, entry.size_bytes, entry.sha256, pace);
}

ErrnoResult<std::optional<FileStamp>> LookAt(const FolderView& folder, const std::string& place) {
  const auto fd = Open(folder, place);
  if (!fd && CacheFolder::MeansVanished(fd.error())) return std::nullopt;
  if (!fd) return tl::make_unexpected(fd.error());
  const auto status = folder.files.Stat(fd->get());
  if (!status) return tl::make_unexpected(status.error());
  if (!IsOfOneName(*status)) return std::nullopt;
  return StampOf(*status);
}

// Opens the file and hands it to `check`, which tells its state.
template <typename Check>
FileVerdict CheckAt(const FolderView& folder, const std::string& place, const Check& check) {
  const auto fd = Open(folder, place);
  if (!fd) return {.state = StateOf(fd.error()), .file = std::nullopt};
  const auto status = folder.files.Stat(fd->get());
  if (!status) return {.state = StateOf(status.error()), .file = std::nullopt};
  if (!IsOfOneName(*status)) return {.state = FileState::kMissing, .file = std::nullopt};
  const FileStamp file = StampOf(*status);
  return {.state = check(fd->get(), file), .file = file};
}

}  // namespace

FileStamp StampOf(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size_bytes = static_cast<std::uint64_t>(status.st_size),
          .modified_ns = Nanoseconds(status.st_mtim),
          .changed_ns = Nanoseconds(status.st_ctim)};
}

FileVerdict CheckFile(const FolderView& folder, const Entry& file, ReadPace& pace) {
  const auto path = LocalPath::Parse(file.local_path);
  if (!path) return {.state = FileState::kMissing, .file = std::nullopt};
  return CheckAt(folder, PlaceOf(*path), [&](int fd, const FileStamp& found) {
    if (found.size_bytes != file.size_bytes) return FileState::kWrongSize;
    return CheckContent(folder.files, fd, path->type(), file, pace);
  });
}

FileVerdict CheckSmaller(const FolderView& folder, const SmallerName& name, ReadPace& pace) {
  return CheckAt(folder, PlaceOf(name), [&](int fd, const FileStamp& found) {
    return CheckHash(folder.files, fd, found.size_bytes, name.content_hash, pace);
  });
}

FileState CheckHead(const FolderView& folder, const LocalPath& path, std::uint64_t size_bytes) {
  Entry file;
  file.local_path = path.text();
  file.size_bytes = size_bytes;  // and no hash, so that the first bytes count
  ReadPace unpaced(0);
  return CheckFile(folder, file, unpaced).state;
}

ErrnoResult<std::optional<FileStamp>> LookAtFile(const FolderView& folder, const LocalPath& path) {
  return LookAt(folder, PlaceOf(path));
}

ErrnoResult<std::optional<FileStamp>> LookAtSmaller(const FolderView& folder,
                                                    const SmallerName& name) {
  return LookAt(folder, PlaceOf(name));
}

}  // namespace image_cache
