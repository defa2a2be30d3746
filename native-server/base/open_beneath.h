// Opening files beneath a folder, and only there (design rule 6).
//
// The path is resolved with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS): no segment may be a
// symbolic link, and no "..", however it got there, leads out of the folder. Stateless, so
// thread-safe. Errors are errno values; ELOOP means that a link was in the way.
#pragma once

#include <sys/types.h>

#include <string>
#include <tl/expected.hpp>

#include "native-server/base/unique_fd.h"

namespace image_cache {

template <typename T>
using ErrnoResult = tl::expected<T, int>;

// `flags` as for open(2); O_CLOEXEC and O_NOFOLLOW are added.
[[nodiscard]] ErrnoResult<UniqueFd> OpenBeneath(int folder_fd, const std::string& path, int flags,
                                                mode_t mode = 0);

}  // namespace image_cache
