// What else is done beneath a folder, and only there: see base/open_beneath.h, by which every path
// is resolved here. Stateless, so thread-safe. Errors are errno values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/open_beneath.h"
#include "native-server/store/store.h"

namespace image_cache {

// Makes the one folder `path` (0700) when it is missing; what it lies in must be there.
[[nodiscard]] ErrnoResult<void> MakeFolderBeneath(int folder_fd, const std::string& path);

// Unlinks the file `name` in the folder `path`. A name that is gone already is a success.
[[nodiscard]] ErrnoResult<void> UnlinkBeneath(int folder_fd, const std::string& path,
                                              const std::string& name);

// The names in the folder `path`, without "." and "..", in no order.
[[nodiscard]] ErrnoResult<std::vector<std::string>> ListBeneath(int folder_fd,
                                                                const std::string& path);

// "cannot write the picture: No space left on device", with the code that fits: kFull for a full
// disk, kNotWritable for what forbids writing, else kIo.
[[nodiscard]] tl::unexpected<Error<StoreError>> FailWithErrno(std::string_view what, int error);

}  // namespace image_cache
