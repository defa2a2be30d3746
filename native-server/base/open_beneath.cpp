#include "native-server/base/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

namespace image_cache {
namespace {

ErrnoResult<UniqueFd> OpenName(int folder_fd, const std::string& name, int flags, mode_t mode) {
  for (;;) {
    const int fd = ::openat(folder_fd, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd >= 0) return UniqueFd(fd);
    if (errno != EINTR) return tl::make_unexpected(errno);
  }
}

// A link is no folder either; openat2 tells them apart.
int WhyNoFolder(int folder_fd, const std::string& name, int error) {
  struct stat status {};
  const bool is_link = error == ENOTDIR &&
                       ::fstatat(folder_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                       S_ISLNK(status.st_mode);
  return is_link ? ELOOP : error;
}

// Refuses any "..", also one that would stay in the folder: nobody here asks for one.
ErrnoResult<UniqueFd> Walk(int folder_fd, std::string_view path, int flags, mode_t mode) {
  if (path.starts_with('/')) return tl::make_unexpected(EXDEV);
  UniqueFd folder;
  for (;;) {
    const std::size_t slash = path.find('/');
    std::string name(path.substr(0, slash));
    if (name.empty() && folder) name.push_back('.');  // "a//b" and "a/" are "a/b" and "a"
    if (name == "..") return tl::make_unexpected(EXDEV);
    if (slash == std::string_view::npos) return OpenName(folder_fd, name, flags, mode);
    auto next = OpenName(folder_fd, name, O_PATH | O_DIRECTORY, 0);
    if (!next) return tl::make_unexpected(WhyNoFolder(folder_fd, name, next.error()));
    folder = std::move(*next);
    folder_fd = folder.get();
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

ErrnoResult<UniqueFd> OpenBeneath(int folder_fd, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC | O_NOFOLLOW;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  for (;;) {
    const long fd = ::syscall(SYS_openat2, folder_fd, path.c_str(), &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    // A filter that refuses the call says ENOSYS, or EPERM, as some containers' do. The walk then
    // tells what the file itself has to say.
    if (errno == ENOSYS || errno == EPERM) return Walk(folder_fd, path, flags, mode);
    // EAGAIN: the kernel could not rule out that a rename meanwhile moved something out of the
    // folder.
    if (errno != EINTR && errno != EAGAIN) return tl::make_unexpected(errno);
  }
}

}  // namespace image_cache
