// A finished picture on its way into the index, and how it gets its name and its place.
#pragma once

#include <memory>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/pending_file.h"
#include "native-server/store/store.h"

namespace image_cache {

struct Publication {
  std::unique_ptr<PendingFile> image;
  NewEntry entry;
  Store::PublishCallback done;
};

// Moves the file to the place that its key and content name, and says what its entry is to be.
// Errors: kNotAPicture, kNotWritable, kFull, kIo; then nothing has a new place.
[[nodiscard]] Result<Entry, StoreError> Place(Publication& publication, CacheFolder& folder,
                                              std::int64_t now_ms);

}  // namespace image_cache
