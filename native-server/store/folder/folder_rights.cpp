#include "native-server/store/folder/folder_rights.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace image_cache {
namespace {

constexpr mode_t kOthersRights = S_IRWXG | S_IRWXO;
constexpr mode_t kOthersWriting = S_IWGRP | S_IWOTH;

void Tighten(const CacheFolder& folder, const std::string& name) {
  // Not what a link leads to, and not a file that somewhere has another name.
  const auto fd = folder.files().Open(folder.fd(), name, O_RDONLY | O_NONBLOCK);
  if (!fd) return;
  const auto status = folder.files().Stat(fd->get());
  if (!status || (status->st_mode & kOthersRights) == 0) return;
  if (!S_ISDIR(status->st_mode) && !IsOfOneName(*status)) return;
  if (::fchmod(fd->get(), status->st_mode & S_IRWXU) != 0) {
    spdlog::warn("others may use {} in the cache folder, and that cannot be changed: {}", name,
                 std::generic_category().message(errno));
    return;
  }
  spdlog::info("took the rights of others from {} in the cache folder", name);
}

}  // namespace

void TightenRights(const CacheFolder& folder) {
  const std::string index = kIndexFile;
  for (const std::string& name :
       {std::string(kImagesFolder), std::string(kTemporaryFolder), std::string(kManifestFile),
        std::string(kLockFile), index, index + "-wal", index + "-shm"}) {
    Tighten(folder, name);
  }
  const auto status = folder.files().Stat(folder.fd());
  if (status && (status->st_mode & kOthersWriting) != 0) {
    spdlog::warn(
        "others may write the cache folder, and so replace what is in it: chmod go-w it, unless "
        "that is wanted");
  }
}

}  // namespace image_cache
