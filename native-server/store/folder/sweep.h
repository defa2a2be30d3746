// Comparing the images folder with the index, by names alone: no file is opened.
#pragma once

#include <string>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/folder/unlinker.h"
#include "native-server/store/index/image_index.h"

namespace image_cache {

struct SweepResult {
  std::vector<std::string> missing_keys;  // of entries whose file is not there
  std::vector<DebrisFile> orphans;        // files that no entry names; they are for the Unlinker
};

// Finds as orphans only what bears a name as this program gives it: an operator may have named a
// folder with files of their own as the cache folder. When a folder cannot be listed (no descriptor
// left, a sick disk), nothing is concluded and the errno is returned: what was not seen is not
// known to be gone.
// REQUIRES: nothing is being published.
[[nodiscard]] ErrnoResult<SweepResult> Sweep(const CacheFolder& folder, const ImageIndex& index);

}  // namespace image_cache
