#include "native-server/store/folder/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace image_cache {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

bool IsDotName(std::string_view name) { return name == "." || name == ".."; }

}  // namespace

ErrnoResult<void> MakeFolderBeneath(int folder_fd, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  UniqueFd parent;
  int parent_fd = folder_fd;
  if (slash != std::string::npos) {
    auto opened = OpenBeneath(folder_fd, path.substr(0, slash), O_PATH | O_DIRECTORY);
    if (!opened) return tl::make_unexpected(opened.error());
    parent = std::move(*opened);
    parent_fd = parent.get();
  }
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (::mkdirat(parent_fd, name.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return tl::make_unexpected(errno);
}

ErrnoResult<void> UnlinkBeneath(int folder_fd, const std::string& path, const std::string& name) {
  const auto folder = OpenBeneath(folder_fd, path, O_PATH | O_DIRECTORY);
  if (!folder && folder.error() != ENOENT) return tl::make_unexpected(folder.error());
  if (!folder || ::unlinkat(folder->get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return tl::make_unexpected(errno);
}

ErrnoResult<std::vector<std::string>> ListBeneath(int folder_fd, const std::string& path) {
  const auto fd = OpenBeneath(folder_fd, path, O_RDONLY | O_DIRECTORY);
  if (!fd) return tl::make_unexpected(fd.error());
  const int owned_by_stream = ::fcntl(fd->get(), F_DUPFD_CLOEXEC, 0);
  if (owned_by_stream < 0) return tl::make_unexpected(errno);
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(owned_by_stream));
  if (folder == nullptr) {
    const int error = errno;
    ::close(owned_by_stream);
    return tl::make_unexpected(error);
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    if (!IsDotName(entry->d_name)) names.emplace_back(entry->d_name);
  }
  if (errno != 0) return tl::make_unexpected(errno);
  return names;
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
