#include "native-server/store/folder/cache_folder.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

namespace image_cache {
namespace {

std::string FolderOf(const LocalPath& path) {
  return std::string(kImagesFolder) + "/" + std::string(path.actor_id());
}

// Like mkdir -p, but 0700 for what it makes: the pictures may be private.
int MakeFolders(FileSystem& files, const std::filesystem::path& path) {
  std::filesystem::path made;
  for (const auto& segment : path) {
    made /= segment;
    const auto done = files.MakeFolder(AT_FDCWD, made.string());
    if (done || done.error() == EEXIST) continue;
    // A parent that exists but may not be written answers EROFS or EACCES before EEXIST.
    std::error_code ignored;
    if (!std::filesystem::is_directory(made, ignored)) return done.error();
  }
  return 0;
}

// In a place where folders cannot be made (/proc) the system says that there is no such file.
tl::unexpected<Error<StoreError>> FailToMake(int error) {
  auto failure = FailWithErrno("the cache folder cannot be made or opened", error);
  if (error == ENOENT) failure.value().code = StoreError::kNotWritable;
  return failure;
}

bool IsSameFile(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

Result<std::unique_ptr<CacheFolder>, StoreError> CacheFolder::Open(
    const std::string& cache_dir, std::shared_ptr<FileSystem> files) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(cache_dir, error);
  if (cache_dir.empty() || error) return FailToMake(EINVAL);
  if (const int failed = MakeFolders(*files, absolute); failed != 0) return FailToMake(failed);
  const std::filesystem::path canonical = std::filesystem::canonical(absolute, error);
  if (error) return FailToMake(error.value());

  std::unique_ptr<CacheFolder> folder(new CacheFolder(canonical.string(), std::move(files)));
  if (auto made = folder->Remake(); !made) return tl::make_unexpected(made.error());
  return folder;
}

Result<void, StoreError> CacheFolder::Remake() {
  const std::lock_guard lock(remaking_);
  if (const int failed = MakeFolders(*files_, path_); failed != 0) return FailToMake(failed);
  auto fresh = files_->OpenFolder(path_);
  if (!fresh) return FailToMake(fresh.error());
  for (const char* name : {kImagesFolder, kTemporaryFolder}) {
    if (auto made = MakeFolderBeneath(*files_, fresh->get(), name); !made) {
      return FailToMake(made.error());
    }
    if (auto opened = files_->Open(fresh->get(), name, O_PATH | O_DIRECTORY); !opened) {
      return FailWithErrno(
          "the folder \"" + std::string(name) + "\" in the cache folder is unusable",
          opened.error());
    }
  }
  if (!root_) {
    root_ = std::move(*fresh);
    return {};
  }
  const auto now = files_->Stat(fresh->get());
  if (!now) return FailToMake(now.error());
  const auto before = files_->Stat(root_.get());
  if (!before || !IsSameFile(*now, *before)) ++times_replaced_;
  if (::dup3(fresh->get(), root_.get(), O_CLOEXEC) < 0) return FailToMake(errno);
  return {};
}

bool CacheFolder::IsRemoved() const {
  const auto held = files_->Stat(root_.get());
  if (!held || WasRemoved(held)) return WasRemoved(held);
  const auto named = files_->OpenFolder(path_);
  if (!named) return named.error() == ENOENT || named.error() == ENOTDIR;
  const auto now = files_->Stat(named->get());
  return now && !IsSameFile(*now, *held);
}

ErrnoResult<OpenedImage> CacheFolder::OpenImage(const LocalPath& path) const {
  // O_NONBLOCK: a FIFO that somebody put there must not hold up the thread.
  auto fd = files_->Open(root_.get(), FolderOf(path) + "/" + std::string(path.file_name()),
                         O_RDONLY | O_NONBLOCK);
  if (!fd) return tl::make_unexpected(fd.error());
  const auto status = files_->Stat(fd->get());
  if (!status) return tl::make_unexpected(status.error());
  if (!IsOfOneName(*status)) return tl::make_unexpected(ELOOP);
  return OpenedImage{.fd = std::move(*fd),
                     .size_bytes = static_cast<std::uint64_t>(status->st_size),
                     .modified_s = status->st_mtim.tv_sec,
                     .type = path.type(),
                     .etag = "\"" + std::string(path.file_name()) + "\""};
}

bool CacheFolder::MeansVanished(int error) {
  // ENXIO: a socket, or a device that is not there.
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENXIO;
}

bool CacheFolder::IsVanished(const LocalPath& path, std::uint64_t size_bytes) const {
  const auto image = OpenImage(path);
  return image ? image->size_bytes != size_bytes : MeansVanished(image.error());
}

Result<TemporaryFile, StoreError> CacheFolder::CreateTemporary(const std::string& purpose) {
  const auto there = files_->StatName(root_.get(), kTemporaryFolder);
  if (IsRemoved() || (!there && there.error() == ENOENT)) {
    if (auto remade = Remake(); !remade) return tl::make_unexpected(remade.error());
  }
  return TemporaryFile::Create(*files_, root_.get(), purpose);
}

Result<void, StoreError> CacheFolder::PlaceImage(TemporaryFile& file, const LocalPath& path) {
  constexpr const char* kWhat = "cannot make the actor's folder";
  auto folder = files_->Open(root_.get(), FolderOf(path), O_PATH | O_DIRECTORY);
  if (!folder && folder.error() == ENOENT) {
    for (const std::string& name : {std::string(kImagesFolder), FolderOf(path)}) {
      if (auto made = MakeFolderBeneath(*files_, root_.get(), name); !made) {
        return FailWithErrno(kWhat, made.error());
      }
    }
    folder = files_->Open(root_.get(), FolderOf(path), O_PATH | O_DIRECTORY);
  }
  if (!folder) return FailWithErrno(kWhat, folder.error());
  return file.MoveTo(folder->get(), std::string(path.file_name()));
}

bool CacheFolder::RemoveImage(const LocalPath& path) {
  const std::string folder = FolderOf(path);
  auto removed = UnlinkBeneath(*files_, root_.get(), folder, std::string(path.file_name()));
  if (!removed) {
    spdlog::warn("cannot remove the file of {}: {}", path.text(),
                 std::generic_category().message(removed.error()));
    return false;
  }
  const auto images = files_->Open(root_.get(), kImagesFolder, O_PATH | O_DIRECTORY);
  // Fails, as it should, while the actor has other pictures.
  if (images) (void)files_->RemoveFolder(images->get(), std::string(path.actor_id()));
  return true;
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
  const auto fd = files_->Open(root_.get(), name, O_RDONLY | O_NONBLOCK);
  if (!fd && fd.error() == ENOENT) return std::nullopt;
  if (!fd) return Fail(StoreError::kIo, "cannot open " + name);
  std::string content;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const auto count = files_->ReadAt(fd->get(), buffer, content.size());
    if (!count) return FailWithErrno("cannot read " + name, count.error());
    if (*count == 0) return content;
    content.append(buffer.data(), *count);
  }
}

std::uint64_t CacheFolder::SizeOf(const std::string& name) const {
  const auto status = files_->StatName(root_.get(), name);
  return status ? static_cast<std::uint64_t>(status->st_size) : 0;
}

Result<void, StoreError> CacheFolder::SetAside(const std::string& name, std::int64_t now_ms,
                                               const std::string& suffix) {
  for (std::int64_t stamp = now_ms;; ++stamp) {
    const std::string aside = name + ".broken-" + std::to_string(stamp) + suffix;
    const std::string from = name + suffix;
    const auto renamed =
        files_->Rename(root_.get(), from, root_.get(), aside, FileSystem::Replacing::kRefused);
    if (renamed) {
      spdlog::warn("set {} aside as {}", from, aside);
      return {};
    }
    if (renamed.error() == ENOENT) return {};
    if (renamed.error() != EEXIST) {
      return FailWithErrno("cannot set " + from + " aside", renamed.error());
    }
  }
}

void CacheFolder::EmptyTemporaryFolder() {
  const auto names = files_->List(root_.get(), kTemporaryFolder);
  if (!names) return;
  for (const std::string& name : *names) {
    if (auto removed = UnlinkBeneath(*files_, root_.get(), kTemporaryFolder, name); !removed) {
      spdlog::warn("cannot remove a leftover from the temporary folder: {}",
                   std::generic_category().message(removed.error()));
    }
  }
}

std::uint64_t CacheFolder::BytesOnDisk(const std::string& name) const {
  constexpr std::uint64_t kStatBlockBytes = 512;  // stat(2): st_blocks is in these, always
  const auto status = files_->StatName(root_.get(), name);
  return status ? static_cast<std::uint64_t>(status->st_blocks) * kStatBlockBytes : 0;
}

FreeSpace CacheFolder::Free() const {
  FreeSpace free;
  const auto status = files_->StatFileSystem(root_.get());
  if (!status) return free;
  free.bytes = static_cast<std::uint64_t>(status->f_bavail) * status->f_frsize;
  if (status->f_files > 0) free.inodes = status->f_favail;
  return free;
}

std::string CacheFolder::PathOf(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

}  // namespace image_cache
