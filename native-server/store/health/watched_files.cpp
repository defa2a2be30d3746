#include "native-server/store/health/watched_files.h"

#include <fcntl.h>

#include "native-server/store/health/sickness.h"

namespace image_cache {

template <typename Call>
auto WatchedFiles::Writing(Call call) {
  const auto begun = clock_.Monotonic();
  auto result = call();
  if (!result) {
    if (const auto sickness = SicknessOf(result.error())) health_.NoteFailedWrite(*sickness);
  } else if (clock_.Monotonic() - begun > kSlowWrite) {
    health_.NoteFailedWrite(Sickness::kSlow);
  }
  return result;
}

template <typename Call>
auto WatchedFiles::Reading(Call call) {
  auto result = Looking(call);
  if (result) health_.NoteRead();
  return result;
}

template <typename Call>
auto WatchedFiles::Looking(Call call) {
  auto result = call();
  if (result) return result;
  if (const auto sickness = SicknessOf(result.error())) health_.NoteFailedRead(*sickness);
  return result;
}

template <typename Call>
auto WatchedFiles::Syncing(Call call) {
  auto result = call();
  if (result) return result;
  if (const auto sickness = SicknessOf(result.error())) health_.NoteFailedWrite(*sickness);
  return result;
}

ErrnoResult<UniqueFd> WatchedFiles::OpenFolder(const std::string& path) {
  return Writing([&] { return files_->OpenFolder(path); });
}

ErrnoResult<UniqueFd> WatchedFiles::Open(int folder_fd, const std::string& path, int flags,
                                         mode_t mode) {
  const auto open = [&] { return files_->Open(folder_fd, path, flags, mode); };
  // A place is looked up (O_PATH) by who wants to put something there.
  const bool reads = (flags & O_ACCMODE) == O_RDONLY && (flags & O_PATH) == 0;
  return reads ? Reading(open) : Writing(open);
}

ErrnoResult<UniqueFd> WatchedFiles::Duplicate(int fd) {
  return Writing([&] { return files_->Duplicate(fd); });
}

ErrnoResult<std::size_t> WatchedFiles::Write(int fd, std::span<const char> bytes) {
  return Writing([&] { return files_->Write(fd, bytes); });
}

ErrnoResult<std::size_t> WatchedFiles::WriteAt(int fd, std::span<const char> bytes,
                                               std::uint64_t offset) {
  return Writing([&] { return files_->WriteAt(fd, bytes, offset); });
}

ErrnoResult<std::size_t> WatchedFiles::ReadAt(int fd, std::span<char> buffer,
                                              std::uint64_t offset) {
  return Reading([&] { return files_->ReadAt(fd, buffer, offset); });
}

ErrnoResult<void> WatchedFiles::Allocate(int fd, std::uint64_t offset, std::uint64_t bytes) {
  return Writing([&] { return files_->Allocate(fd, offset, bytes); });
}

ErrnoResult<void> WatchedFiles::Truncate(int fd, std::uint64_t size_bytes) {
  return Writing([&] { return files_->Truncate(fd, size_bytes); });
}

ErrnoResult<void> WatchedFiles::Rename(int from_folder_fd, const std::string& from,
                                       int to_folder_fd, const std::string& to,
                                       Replacing replacing) {
  return Writing([&] { return files_->Rename(from_folder_fd, from, to_folder_fd, to, replacing); });
}

ErrnoResult<void> WatchedFiles::Unlink(int folder_fd, const std::string& name) {
  return Writing([&] { return files_->Unlink(folder_fd, name); });
}

ErrnoResult<void> WatchedFiles::MakeFolder(int folder_fd, const std::string& name) {
  return Writing([&] { return files_->MakeFolder(folder_fd, name); });
}

ErrnoResult<void> WatchedFiles::RemoveFolder(int folder_fd, const std::string& name) {
  return Writing([&] { return files_->RemoveFolder(folder_fd, name); });
}

// A status may come from memory while the disk is dead: what works here says nothing.

ErrnoResult<struct stat> WatchedFiles::Stat(int fd) {
  return Looking([&] { return files_->Stat(fd); });
}

ErrnoResult<struct stat> WatchedFiles::StatName(int folder_fd, const std::string& name) {
  return Looking([&] { return files_->StatName(folder_fd, name); });
}

ErrnoResult<struct statvfs> WatchedFiles::StatFileSystem(int fd) {
  return Looking([&] { return files_->StatFileSystem(fd); });
}

ErrnoResult<std::vector<std::string>> WatchedFiles::List(int folder_fd, const std::string& path) {
  return Reading([&] { return files_->List(folder_fd, path); });
}

// These wait for the disk by their nature: how long says how much there was to be written.

ErrnoResult<void> WatchedFiles::Sync(int fd) {
  return Syncing([&] { return files_->Sync(fd); });
}

ErrnoResult<void> WatchedFiles::SyncFileSystem(int fd) {
  return Syncing([&] { return files_->SyncFileSystem(fd); });
}

}  // namespace image_cache
