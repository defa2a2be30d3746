// Opening files beneath a folder, and only there (design rule 6).
//
// Every function resolves its path with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS): no segment
// may be a symbolic link, and no "..", however it got there, leads out of the folder. Stateless, so
// thread-safe. Errors are errno values; ELOOP means that a link was in the way.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "native-server/base/unique_fd.h"
#include "native-server/store/store.h"

namespace image_cache {

template <typename T>
using ErrnoResult = tl::expected<T, int>;

// `flags` as for open(2); O_CLOEXEC and O_NOFOLLOW are added.
[[nodiscard]] ErrnoResult<UniqueFd> OpenBeneath(int folder_fd, const std::string& path, int flags,
                                                mode_t mode = 0);

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
