// The index of a folder, for who has no part in it. Nothing in the folder is made, locked or
// changed, so it works beside whoever has the folder.
#pragma once

#include <functional>
#include <string>

#include "native-server/store/index/sqlite_handle.h"
#include "native-server/store/store.h"

namespace image_cache {

// Calls `read` with the index, within one transaction. Twice, when somebody opened the index
// meanwhile: then what the first call gave is half old and half new, and not to be used. False
// without a call when there is no folder or no index in it. Errors: kNewerFormat, kIo.
[[nodiscard]] Result<bool, StoreError> ReadIndexOf(
    const std::string& cache_dir,
    const std::function<Result<void, IndexError>(SqliteDatabase&)>& read);

}  // namespace image_cache
