#include "native-server/store/folder/temporary_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/sha256.h"

namespace image_cache {

Result<TemporaryFile, StoreError> TemporaryFile::Create(int cache_folder_fd,
                                                        const std::string& purpose) {
  constexpr const char* kWhat = "cannot make a temporary file";
  std::array<unsigned char, 16> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return FailWithErrno(kWhat, errno);
  }
  auto folder = OpenBeneath(cache_folder_fd, kTemporaryFolder, O_PATH | O_DIRECTORY);
  if (!folder) return FailWithErrno(kWhat, folder.error());
  std::string name = purpose + "-" + ToHex(random);
  auto file = OpenBeneath(folder->get(), name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (!file) return FailWithErrno(kWhat, file.error());
  return TemporaryFile(std::move(*folder), std::move(*file), std::move(name));
}

TemporaryFile::~TemporaryFile() {
  if (file_) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

Result<void, StoreError> TemporaryFile::Write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return FailWithErrno("cannot write a file", errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

// A duplicate and not another open(2): the file's name may be gone, with all that is above it.
Result<UniqueFd, StoreError> TemporaryFile::OpenForReading() const {
  UniqueFd duplicate(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!duplicate) return FailWithErrno("cannot read a file that is being written", errno);
  return duplicate;
}

Result<void, StoreError> TemporaryFile::MoveTo(int folder_fd, const std::string& name) {
  if (::renameat(folder_.get(), name_.c_str(), folder_fd, name.c_str()) != 0) {
    return FailWithErrno("cannot move a file to its place", errno);
  }
  file_.reset();
  return {};
}

}  // namespace image_cache
