// The cache folder with its lock and its index: what has to be there before a store can work, and
// has to be made again when somebody removes it under the running server (design rule 9).
//
// Owned by the DiskStore. The folder and the lock are thread-safe by themselves; OpenIndex and
// Restore are called by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/folder/folder_lock.h"
#include "native-server/store/health/store_health.h"
#include "native-server/store/index/image_index.h"
#include "native-server/store/index/manifest_store.h"
#include "native-server/store/store.h"

namespace image_cache {

class CacheHome {
 public:
  // Makes or opens the folder and takes its lock. The index moves its log into itself after
  // `index_log_pages`. `health`, which outlives it, is told when the index cannot be written.
  // Errors: kNotWritable, kInUse, kIo.
  [[nodiscard]] static Result<std::unique_ptr<CacheHome>, StoreError> Open(
      const std::string& cache_dir,
      std::shared_ptr<FileSystem> files = std::make_shared<SystemFiles>(),
      int index_log_pages = 1000, StoreHealth* health = nullptr);

  struct OpenedIndex {
    std::unique_ptr<ManifestStore> store;
    LoadedIndex loaded;
    std::vector<std::string> refused_keys;  // of entries that break a rule, and so were left out
    // Unproven::HashOf the local paths of those that a power loss may have damaged: younger than
    // the checkpoint, of a run that was not closed.
    std::vector<std::size_t> unproven;
  };
  // Loads the index into `images`, which is empty. Sets a broken one aside, and then opens a new
  // one. Errors: kNewerFormat, kNotWritable, kIo.
  [[nodiscard]] Result<OpenedIndex, StoreError> OpenIndex(std::int64_t now_ms, ImageIndex& images);

  // Makes folder and lock again if they were removed. Errors: kNotWritable, kInUse, kIo.
  [[nodiscard]] Result<void, StoreError> Restore();

  void NoteFailedIndex(StoreError error);

  [[nodiscard]] CacheFolder& folder() { return *folder_; }
  [[nodiscard]] FolderLock& lock() { return lock_; }

 private:
  CacheHome(std::unique_ptr<CacheFolder> folder, int index_log_pages, StoreHealth* health)
      : folder_(std::move(folder)),
        lock_(folder_->files()),
        index_log_pages_(index_log_pages),
        health_(health) {}

  std::unique_ptr<CacheFolder> folder_;
  FolderLock lock_;
  const int index_log_pages_;
  StoreHealth* const health_;  // may be null
};

}  // namespace image_cache
