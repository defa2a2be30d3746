// The lock on a cache folder: one server per folder, told by a lock that dies with its owner.
//
// An open-file-description lock (fcntl(2), F_OFD_SETLK) on the file "lock". Unlike flock it can be
// asked about without being taken, so that FindRunningServer never gets in a starting server's way.
// The file's content is the URL that the owner announced; it means nothing while nobody holds the
// lock. Owned by the CacheHome; thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "native-server/base/file_system.h"
#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"

namespace image_cache {

class FolderLock {
 public:
  // `files` outlives the lock.
  explicit FolderLock(FileSystem& files) : files_(files) {}

  // Takes the lock; again after the folder was removed and made anew. What was announced is kept.
  // Errors: kInUse, kNotWritable, kIo.
  [[nodiscard]] Result<void, StoreError> Take(int cache_folder_fd);

  void Announce(std::string_view url);

  // True when the lock's file was removed under us: then the lock guards nothing any more.
  [[nodiscard]] bool IsLost() const;

 private:
  void WriteUrl();  // REQUIRES: mutex_ is held

  FileSystem& files_;
  mutable std::mutex mutex_;
  UniqueFd file_;
  std::string url_;
};

// Whether anybody holds the lock on this folder. Asking takes nothing and changes nothing.
[[nodiscard]] bool IsFolderInUse(int cache_folder_fd);

}  // namespace image_cache
