#include "native-server/store/folder/temporary_file.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/sha256.h"

namespace image_cache {
namespace {

// Not every file system has it, and not in every place.
bool MeansCannotAllocate(int error) { return error == EOPNOTSUPP || error == ENOSYS; }

}  // namespace

Result<TemporaryFile, StoreError> TemporaryFile::Create(FileSystem& files, int cache_folder_fd,
                                                        const std::string& purpose) {
  constexpr const char* kWhat = "cannot make a temporary file";
  std::array<unsigned char, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return FailWithErrno(kWhat, errno);
  }
  auto folder = files.Open(cache_folder_fd, kTemporaryFolder, O_PATH | O_DIRECTORY);
  if (!folder) return FailWithErrno(kWhat, folder.error());
  std::string name = purpose + "-" + ToHex(random);
  auto file = files.Open(folder->get(), name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!file) return FailWithErrno(kWhat, file.error());
  return TemporaryFile(files, std::move(*folder), std::move(*file), std::move(name));
}

TemporaryFile::~TemporaryFile() {
  if (!file_) return;
  // What cannot be removed here is removed at the next start.
  if (auto removed = files_.Unlink(folder_.get(), name_); !removed && removed.error() != ENOENT) {
    spdlog::warn("cannot remove a temporary file: {}",
                 std::generic_category().message(removed.error()));
  }
}

Result<void, StoreError> TemporaryFile::Allocate(std::uint64_t size_bytes) {
  if (size_bytes <= allocated_bytes_) return {};
  const auto allocated =
      files_.Allocate(file_.get(), allocated_bytes_, size_bytes - allocated_bytes_);
  if (!allocated && !MeansCannotAllocate(allocated.error())) {
    return FailWithErrno("cannot take the space for a file", allocated.error());
  }
  allocated_bytes_ = size_bytes;
  return {};
}

Result<void, StoreError> TemporaryFile::GiveBackTheRest() {
  if (allocated_bytes_ <= written_bytes_) return {};
  if (auto cut = files_.Truncate(file_.get(), written_bytes_); !cut) {
    return FailWithErrno("cannot give back the space of a file", cut.error());
  }
  allocated_bytes_ = written_bytes_;
  return {};
}

Result<std::uint64_t, StoreError> TemporaryFile::BytesOnDisk() const {
  constexpr std::uint64_t kStatBlockBytes = 512;  // stat(2): st_blocks is in these, always
  const auto status = files_.Stat(file_.get());
  if (!status) return FailWithErrno("cannot look at a file", status.error());
  return static_cast<std::uint64_t>(status->st_blocks) * kStatBlockBytes;
}

Result<void, StoreError> TemporaryFile::Write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto written = files_.Write(file_.get(), bytes);
    if (!written) return FailWithErrno("cannot write a file", written.error());
    written_bytes_ += *written;
    bytes = bytes.subspan(*written);
  }
  return {};
}

// A duplicate and not another open(2): the file's name may be gone, with all that is above it.
Result<UniqueFd, StoreError> TemporaryFile::OpenForReading() const {
  auto duplicate = files_.Duplicate(file_.get());
  if (!duplicate) {
    return FailWithErrno("cannot read a file that is being written", duplicate.error());
  }
  return std::move(*duplicate);
}

Result<void, StoreError> TemporaryFile::Sync() {
  if (auto synced = files_.Sync(file_.get()); !synced) {
    return FailWithErrno("cannot bring a file to the disk", synced.error());
  }
  return {};
}

Result<void, StoreError> TemporaryFile::MoveTo(int folder_fd, const std::string& name) {
  auto moved =
      files_.Rename(folder_.get(), name_, folder_fd, name, FileSystem::Replacing::kAllowed);
  if (!moved) return FailWithErrno("cannot move a file to its place", moved.error());
  file_.reset();
  return {};
}

}  // namespace image_cache
