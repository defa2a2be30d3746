// Comparing the images folder with the index, by names alone: no file is opened.
//
// Listing and comparing are two steps, because a million names take as long to list as the index
// takes to load: both can be done at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/folder/unlinker.h"
#include "native-server/store/index/image_index.h"

namespace image_cache {

// The names in the images folder, 24 bytes and the name itself each.
struct ListedImages {
  struct Name {
    std::size_t hash;   // Unproven::HashOf the local path
    std::size_t actor;  // in actor_ids
    std::size_t place;  // in texts
  };
  [[nodiscard]] std::string LocalPathOf(const Name& name) const;

  std::vector<std::string> actor_ids;
  std::string texts;        // file names, each with a zero byte behind it
  std::vector<Name> names;  // in the order of their hashes
};

struct SweepResult {
  std::vector<std::string> missing_keys;  // of entries whose file is not there
  std::vector<DebrisFile> orphans;        // files that no entry names; they are for the Unlinker
};

// When a folder cannot be listed (no descriptor left, a sick disk), nothing is concluded and the
// errno is returned: what was not seen is not known to be gone.
[[nodiscard]] ErrnoResult<ListedImages> ListImages(const CacheFolder& folder);

// Finds as orphans only what bears a name as this program gives it: an operator may have named a
// folder with files of their own as the cache folder.
// REQUIRES: nothing was published since the names were listed.
[[nodiscard]] SweepResult Compare(const CacheFolder& folder, const ListedImages& listed,
                                  const ImageIndex& index);

}  // namespace image_cache
