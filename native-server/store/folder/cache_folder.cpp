#include "native-server/store/folder/cache_folder.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <limits>

namespace image_cache {
namespace {

std::string FolderOf(const LocalPath& path) {
  return std::string(kImagesFolder) + "/" + std::string(path.actor_id());
}

// Like mkdir -p, but 0700 for what it makes: the pictures may be private.
int MakeFolders(const std::filesystem::path& path) {
  std::filesystem::path made;
  for (const auto& segment : path) {
    made /= segment;
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) {
      // A parent that exists but may not be written answers EROFS or EACCES before EEXIST.
      std::error_code ignored;
      const int error = errno;
      if (!std::filesystem::is_directory(made, ignored)) return error;
    }
  }
  return 0;
}

// In a place where folders cannot be made (/proc) the system says that there is no such file.
tl::unexpected<Error<StoreError>> FailToMake(int error) {
  auto failure = FailWithErrno("the cache folder cannot be made or opened", error);
  if (error == ENOENT) failure.value().code = StoreError::kNotWritable;
  return failure;
}

bool IsSameFile(int a, int b) {
  struct stat one {
  }, other{};
  return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

}  // namespace

Result<std::unique_ptr<CacheFolder>, StoreError> CacheFolder::Open(const std::string& cache_dir) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(cache_dir, error);
  if (cache_dir.empty() || error) return FailToMake(EINVAL);
  if (const int failed = MakeFolders(absolute); failed != 0) return FailToMake(failed);
  const std::filesystem::path canonical = std::filesystem::canonical(absolute, error);
  if (error) return FailToMake(error.value());

  std::unique_ptr<CacheFolder> folder(new CacheFolder(canonical.string()));
  if (auto made = folder->Remake(); !made) return tl::make_unexpected(made.error());
  return folder;
}

Result<void, StoreError> CacheFolder::Remake() {
  const std::lock_guard lock(remaking_);
  if (const int failed = MakeFolders(path_); failed != 0) return FailToMake(failed);
  UniqueFd fresh(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fresh) return FailToMake(errno);
  for (const char* name : {kImagesFolder, kTemporaryFolder}) {
    if (auto made = MakeFolderBeneath(fresh.get(), name); !made) {
      return FailToMake(made.error());
    }
    if (auto opened = OpenBeneath(fresh.get(), name, O_PATH | O_DIRECTORY); !opened) {
      if (opened.error() == ENOSYS) {
        return Fail(StoreError::kIo, "this system has no openat2 (Linux 5.6 or newer is needed)");
      }
      return FailWithErrno(
          "the folder \"" + std::string(name) + "\" in the cache folder is unusable",
          opened.error());
    }
  }
  if (!root_) {
    root_ = std::move(fresh);
    return {};
  }
  if (!IsSameFile(fresh.get(), root_.get())) ++times_replaced_;
  if (::dup3(fresh.get(), root_.get(), O_CLOEXEC) < 0) {
    return FailToMake(errno);
  }
  return {};
}

bool CacheFolder::IsRemoved() const {
  struct stat status {};
  return ::fstat(root_.get(), &status) != 0 || status.st_nlink == 0;
}

ErrnoResult<OpenedImage> CacheFolder::OpenImage(const LocalPath& path) const {
  // O_NONBLOCK: a FIFO that somebody put there must not hold up the thread.
  auto fd = OpenBeneath(root_.get(), FolderOf(path) + "/" + std::string(path.file_name()),
                        O_RDONLY | O_NONBLOCK);
  if (!fd) return tl::make_unexpected(fd.error());
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) return tl::make_unexpected(errno);
  if (!S_ISREG(status.st_mode)) return tl::make_unexpected(ELOOP);
  return OpenedImage{.fd = std::move(*fd),
                     .size_bytes = static_cast<std::uint64_t>(status.st_size),
                     .modified_s = status.st_mtim.tv_sec,
                     .type = path.type(),
                     .etag = "\"" + std::string(path.file_name()) + "\""};
}

bool CacheFolder::MeansVanished(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

bool CacheFolder::IsVanished(const LocalPath& path, std::uint64_t size_bytes) const {
  const auto image = OpenImage(path);
  return image ? image->size_bytes != size_bytes : MeansVanished(image.error());
}

Result<TemporaryFile, StoreError> CacheFolder::CreateTemporary(const std::string& purpose) {
  if (IsRemoved() || ::faccessat(root_.get(), kTemporaryFolder, F_OK, AT_EACCESS) != 0) {
    if (auto remade = Remake(); !remade) return tl::make_unexpected(remade.error());
  }
  return TemporaryFile::Create(root_.get(), purpose);
}

Result<void, StoreError> CacheFolder::PlaceImage(TemporaryFile& file, const LocalPath& path) {
  constexpr const char* kWhat = "cannot make the actor's folder";
  auto folder = OpenBeneath(root_.get(), FolderOf(path), O_PATH | O_DIRECTORY);
  if (!folder && folder.error() == ENOENT) {
    for (const std::string& name : {std::string(kImagesFolder), FolderOf(path)}) {
      if (auto made = MakeFolderBeneath(root_.get(), name); !made) {
        return FailWithErrno(kWhat, made.error());
      }
    }
    folder = OpenBeneath(root_.get(), FolderOf(path), O_PATH | O_DIRECTORY);
  }
  if (!folder) return FailWithErrno(kWhat, folder.error());
  return file.MoveTo(folder->get(), std::string(path.file_name()));
}

void CacheFolder::RemoveImage(const LocalPath& path) {
  const std::string folder = FolderOf(path);
  auto removed = UnlinkBeneath(root_.get(), folder, std::string(path.file_name()));
  if (!removed) {
    spdlog::warn("cannot remove the file of {}: {}", path.text(),
                 std::generic_category().message(removed.error()));
    return;
  }
  const auto images = OpenBeneath(root_.get(), kImagesFolder, O_PATH | O_DIRECTORY);
  // Fails, as it should, while the actor has other pictures.
  if (images) ::unlinkat(images->get(), std::string(path.actor_id()).c_str(), AT_REMOVEDIR);
}

Result<void, StoreError> CacheFolder::ReplaceFile(const std::string& name,
                                                  std::string_view content) {
  auto file = CreateTemporary(name);
  if (!file) return tl::make_unexpected(file.error());
  if (auto written = file->Write(content); !written) return written;
  return file->MoveTo(root_.get(), name);
}

Result<std::optional<std::string>, StoreError> CacheFolder::ReadFile(
    const std::string& name) const {
  const auto fd = OpenBeneath(root_.get(), name, O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error() == ENOENT) return std::nullopt;
  if (!fd) return Fail(StoreError::kIo, "cannot open " + name);
  std::string content;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(fd->get(), buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FailWithErrno("cannot read " + name, errno);
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::uint64_t CacheFolder::SizeOf(const std::string& name) const {
  struct stat status {};
  if (::fstatat(root_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void, StoreError> CacheFolder::SetAside(const std::string& name, std::int64_t now_ms,
                                               const std::string& suffix) {
  for (std::int64_t stamp = now_ms;; ++stamp) {
    const std::string aside = name + ".broken-" + std::to_string(stamp) + suffix;
    const std::string from = name + suffix;
    if (::renameat2(root_.get(), from.c_str(), root_.get(), aside.c_str(), RENAME_NOREPLACE) == 0) {
      spdlog::warn("set {} aside as {}", from, aside);
      return {};
    }
    if (errno == ENOENT) return {};
    if (errno != EEXIST) return FailWithErrno("cannot set " + from + " aside", errno);
  }
}

void CacheFolder::EmptyTemporaryFolder() {
  const auto names = ListBeneath(root_.get(), kTemporaryFolder);
  if (!names) return;
  for (const std::string& name : *names) {
    if (auto removed = UnlinkBeneath(root_.get(), kTemporaryFolder, name); !removed) {
      spdlog::warn("cannot remove a leftover from the temporary folder: {}",
                   std::generic_category().message(removed.error()));
    }
  }
}

std::uint64_t CacheFolder::FreeBytes() const {
  struct statvfs status {};
  if (::fstatvfs(root_.get(), &status) != 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

std::string CacheFolder::PathOf(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

}  // namespace image_cache
