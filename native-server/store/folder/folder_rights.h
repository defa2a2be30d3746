// Nobody else reads what is in the cache folder: pictures, and the URLs that they came from.
//
// What the server makes is 0700 and 0600 from the beginning, whatever the umask. Here is looked
// after what was there before: copied, restored, or made by an earlier system. Stateless.
#pragma once

#include "native-server/store/folder/cache_folder.h"

namespace image_cache {

// Takes the rights of others from the folders and files that are this program's by their name, and
// says so in the log. The cache folder itself is the operator's, who may want others to look into
// it: when others may write it, and so replace everything in it, the log warns of it.
// REQUIRES: the folder's lock is held.
void TightenRights(const CacheFolder& folder);

}  // namespace image_cache
