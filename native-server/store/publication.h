// A finished picture on its way into the index, and how it gets its name and its place.
#pragma once

#include <functional>
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
// A place that `may_be_trusted` is taken only when the file is on the platter.
// Errors: kNotAPicture, kNotWritable, kFull, kIo; then nothing has a new place.
[[nodiscard]] Result<Entry, StoreError> Place(
    Publication& publication, CacheFolder& folder, std::int64_t now_ms,
    const std::function<bool(const LocalPath&)>& may_be_trusted);

}  // namespace image_cache
