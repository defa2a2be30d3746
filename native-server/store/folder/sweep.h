// Comparing the images folder with the index, by names alone: no file is opened.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/index/image_index.h"

namespace image_cache {

struct SweepResult {
  std::vector<std::string> missing_keys;  // of entries whose file is not there
  std::size_t orphans_removed = 0;        // files that no entry names
};

// Removes orphans, but only those that bear a name as this program gives them: an operator may have
// named a folder with files of their own as the cache folder. When a folder cannot be listed (no
// descriptor left, a sick disk), nothing is removed and the errno is returned: what was not seen is
// not known to be gone.
// REQUIRES: nothing is being published.
[[nodiscard]] ErrnoResult<SweepResult> Sweep(CacheFolder& folder, const ImageIndex& index);

}  // namespace image_cache
