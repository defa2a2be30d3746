#include "native-server/store/health/disk_probe.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "native-server/store/health/sickness.h"
#include "native-server/store/health/watched_files.h"

namespace image_cache {
namespace {

constexpr const char* kProbeFile = "probe";
constexpr const char* kRenamedProbeFile = "probe-renamed";
constexpr std::string_view kProbeContent = "Written by image-cache to see whether it can be.\n";

// A file of an earlier probe that could not be removed is written over. EIO: what was read is not
// what was written.
ErrnoResult<void> WriteAndRead(FileSystem& files, int folder_fd) {
  const auto file = files.Open(folder_fd, kProbeFile, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (!file) return tl::make_unexpected(file.error());
  if (auto taken = files.Allocate(file->get(), 0, kProbeContent.size());
      !taken && taken.error() != EOPNOTSUPP && taken.error() != ENOSYS) {
    return taken;
  }
  const auto written = files.Write(file->get(), kProbeContent);
  if (!written) return tl::make_unexpected(written.error());
  if (auto synced = files.Sync(file->get()); !synced) return synced;
  std::array<char, kProbeContent.size()> buffer{};
  const auto read = files.ReadAt(file->get(), buffer, 0);
  if (!read) return tl::make_unexpected(read.error());
  if (std::string_view(buffer.data(), *read) != kProbeContent) return tl::make_unexpected(EIO);
  return {};
}

ErrnoResult<void> Write(FileSystem& files, const CacheFolder& folder) {
  const auto temporary = files.Open(folder.fd(), kTemporaryFolder, O_PATH | O_DIRECTORY);
  if (!temporary) return tl::make_unexpected(temporary.error());
  const int fd = temporary->get();
  if (auto written = WriteAndRead(files, fd); !written) {
    (void)files.Unlink(fd, kProbeFile);
    return written;
  }
  auto renamed =
      files.Rename(fd, kProbeFile, fd, kRenamedProbeFile, FileSystem::Replacing::kAllowed);
  if (!renamed) return renamed;
  return files.Unlink(fd, kRenamedProbeFile);
}

// A folder that was removed is not sick: the next picture makes it anew.
std::optional<Sickness> Judge(const ErrnoResult<void>& result) {
  return result ? std::nullopt : SicknessOf(result.error());
}

}  // namespace

HealthMachine::ProbeResult ProbeDisk(FileSystem& files, const CacheFolder& folder,
                                     const Clock& clock) {
  HealthMachine::ProbeResult result;
  if (const auto listed = files.List(folder.fd(), kImagesFolder); !listed) {
    result.reading = SicknessOf(listed.error());
  }
  const auto begun = clock.Monotonic();
  result.writing = Judge(Write(files, folder));
  if (!result.writing && clock.Monotonic() - begun > kSlowWrite) result.writing = Sickness::kSlow;
  return result;
}

}  // namespace image_cache
