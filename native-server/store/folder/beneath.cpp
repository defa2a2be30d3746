#include "native-server/store/folder/beneath.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

namespace image_cache {
ErrnoResult<void> MakeFolderBeneath(FileSystem& files, int folder_fd, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  UniqueFd parent;
  int parent_fd = folder_fd;
  if (slash != std::string::npos) {
    auto opened = files.Open(folder_fd, path.substr(0, slash), O_PATH | O_DIRECTORY);
    if (!opened) return tl::make_unexpected(opened.error());
    parent = std::move(*opened);
    parent_fd = parent.get();
  }
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  auto made = files.MakeFolder(parent_fd, name);
  if (!made && made.error() == EEXIST) return {};
  return made;
}

bool WasRemoved(const ErrnoResult<struct stat>& status) {
  return status ? status->st_nlink == 0 : status.error() == ESTALE;
}

bool IsOfOneName(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_nlink <= 1;
}

ErrnoResult<void> UnlinkBeneath(FileSystem& files, int folder_fd, const std::string& path,
                                const std::string& name) {
  const auto folder = files.Open(folder_fd, path, O_PATH | O_DIRECTORY);
  if (!folder && folder.error() != ENOENT) return tl::make_unexpected(folder.error());
  if (!folder) return {};
  auto removed = files.Unlink(folder->get(), name);
  if (!removed && removed.error() == ENOENT) return {};
  return removed;
}

tl::unexpected<Error<StoreError>> FailWithErrno(std::string_view what, int error) {
  StoreError code = StoreError::kIo;
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      code = StoreError::kFull;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case ELOOP:
      code = StoreError::kNotWritable;
      break;
    default:
      break;
  }
  return Fail(code, std::string(what) + ": " + std::generic_category().message(error));
}

}  // namespace image_cache
