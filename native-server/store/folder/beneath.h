// What else is done beneath a folder, and only there: see base/open_beneath.h, by which every path
// is resolved here. Stateless, so thread-safe. Errors are errno values, and those of FileSystem.
#pragma once

#include <string>
#include <string_view>

#include "native-server/base/file_system.h"
#include "native-server/store/store.h"

namespace image_cache {

// Makes the one folder `path` (0700) when it is missing; what it lies in must be there.
[[nodiscard]] ErrnoResult<void> MakeFolderBeneath(FileSystem& files, int folder_fd,
                                                  const std::string& path);

// Whether a look at an open file or folder says that its name is gone. A look that fails says
// nothing, but for ESTALE: another machine has removed it.
[[nodiscard]] bool WasRemoved(const ErrnoResult<struct stat>& status);

// Whether it is a regular file that has no other name. We make no hard links, so what has two names
// is somebody else's file, linked into the folder so that it is served.
[[nodiscard]] bool IsOfOneName(const struct stat& status);

// Unlinks the file `name` in the folder `path`. A name that is gone already is a success.
[[nodiscard]] ErrnoResult<void> UnlinkBeneath(FileSystem& files, int folder_fd,
                                              const std::string& path, const std::string& name);

// "cannot write the picture: No space left on device", with the code that fits: kFull for a full
// disk, kNotWritable for what forbids writing, else kIo.
[[nodiscard]] tl::unexpected<Error<StoreError>> FailWithErrno(std::string_view what, int error);

}  // namespace image_cache
