// The cache folder on disk: its layout, and the safe way to each file in it.
//
//   <cache-dir>/            0700   lock, index.sqlite (and -wal, -shm), manifest.json
//   <cache-dir>/images/A/   0700   the pictures of actor A, 0600
//   <cache-dir>/smaller/A/  0700   what was made of them: see smaller_folder.h
//   <cache-dir>/tmp/        0700   what is being written; emptied at start
//
// Owned by the CacheHome; thread-safe. The folder may be removed while the server runs (design rule
// 9): then opening fails with ENOENT, and the next write makes it again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/base/system_files.h"
#include "native-server/base/unique_fd.h"
#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/temporary_file.h"
#include "native-server/store/space/free_space.h"
#include "native-server/store/store.h"
#include "shared/paths/local_path.h"

namespace image_cache {

inline constexpr const char* kImagesFolder = "images";
inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kIndexFile = "index.sqlite";
inline constexpr const char* kLockFile = "lock";

class CacheFolder {
 public:
  // Makes what is missing. Nothing else is touched: another server may be using the folder.
  // Errors: kNotWritable, kIo.
  [[nodiscard]] static Result<std::unique_ptr<CacheFolder>, StoreError> Open(
      const std::string& cache_dir,
      std::shared_ptr<FileSystem> files = std::make_shared<SystemFiles>());

  // Makes the folders again after they were removed. The descriptor keeps its number, so readers
  // need no lock: they see either the old folder or the new one.
  [[nodiscard]] Result<void, StoreError> Remake();

  // True from the end of an `rm -rf`, or from a rename of the folder, until the next Remake: its
  // path leads to nothing or to another folder. A few system calls.
  [[nodiscard]] bool IsRemoved() const;
  // How often another folder took the place of a removed one. Counted before it is seen, so who
  // finds the folder not removed and then reads an old number has the old folder's contents.
  [[nodiscard]] std::uint64_t times_replaced() const { return times_replaced_; }

  // For reading, a regular file of one name only. Errors: an errno; ENOENT, ENOTDIR, ENXIO and
  // ELOOP (a link, hard ones included, or what is no regular file) mean that the picture is not
  // there.
  [[nodiscard]] ErrnoResult<OpenedImage> OpenImage(const LocalPath& path) const;
  [[nodiscard]] static bool MeansVanished(int error);
  // True when there is no file of this size in the picture's place.
  [[nodiscard]] bool IsVanished(const LocalPath& path, std::uint64_t size_bytes) const;

  [[nodiscard]] Result<TemporaryFile, StoreError> CreateTemporary(const std::string& purpose);
  // Moves a picture to its place, over what may be there.
  [[nodiscard]] Result<void, StoreError> PlaceImage(TemporaryFile& file, const LocalPath& path);
  // Removes the picture and then the actor's folder if that is empty. False when the file stays,
  // which is logged: then it is an orphan, which the next sweep removes.
  bool RemoveImage(const LocalPath& path);

  // Replaces a file at the top of the folder in one step.
  [[nodiscard]] Result<void, StoreError> ReplaceFile(const std::string& name,
                                                     std::string_view content);
  // Nothing when the file is not there. Errors: kIo.
  [[nodiscard]] Result<std::optional<std::string>, StoreError> ReadFile(
      const std::string& name) const;
  // 0 when the file is not there.
  [[nodiscard]] std::uint64_t SizeOf(const std::string& name) const;
  // Renames "name" to "name.broken-<now_ms>"; no file is ever deleted or replaced by this.
  [[nodiscard]] Result<void, StoreError> SetAside(const std::string& name, std::int64_t now_ms,
                                                  const std::string& suffix = "");

  void EmptyTemporaryFolder();
  // What the file takes on the disk; 0 when it is not there.
  [[nodiscard]] std::uint64_t BytesOnDisk(const std::string& name) const;
  // What an ordinary user may still take. A file system that says 0 inodes makes them as needed.
  [[nodiscard]] FreeSpace Free() const;

  [[nodiscard]] FileSystem& files() const { return *files_; }
  [[nodiscard]] int fd() const { return root_.get(); }
  // Absolute and free of links, as SQLite wants it.
  [[nodiscard]] std::string PathOf(std::string_view name) const;

 private:
  CacheFolder(std::string path, std::shared_ptr<FileSystem> files)
      : path_(std::move(path)), files_(std::move(files)) {}

  const std::string path_;
  const std::shared_ptr<FileSystem> files_;
  std::atomic<std::uint64_t> times_replaced_{0};
  std::mutex remaking_;
  UniqueFd root_;
};

}  // namespace image_cache
