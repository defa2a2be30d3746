// The smaller pictures on disk: <cache-dir>/smaller/A/ (0700) holds those of actor A (0600).
//
// Owned by SmallerPictures; thread-safe, as the folder below it is. Every path is opened beneath
// the cache folder without following links. The folder is made with the first file, and may be
// removed at any time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/folder/temporary_file.h"
#include "native-server/store/smaller/smaller_name.h"

namespace image_cache {

class SmallerFolder {
 public:
  explicit SmallerFolder(CacheFolder& folder) : folder_(folder) {}

  struct File {
    SmallerName name;
    std::uint64_t size_bytes = 0;
  };
  // All that bear a name of ours, in no order. What cannot be listed is not there.
  [[nodiscard]] std::vector<File> List() const;

  // As CacheFolder::OpenImage.
  [[nodiscard]] ErrnoResult<OpenedImage> Open(const SmallerName& name) const;
  [[nodiscard]] Result<TemporaryFile, StoreError> CreateTemporary() {
    return folder_.CreateTemporary("smaller");
  }
  // Moves it to its place, over what may be there. Errors: those of FailWithErrno.
  [[nodiscard]] Result<void, StoreError> Place(TemporaryFile& file, const SmallerName& name);
  // And the actor's folder with the last one. What cannot be removed is logged, and found again by
  // the next start.
  void Remove(const SmallerName& name);

 private:
  CacheFolder& folder_;
};

}  // namespace image_cache
