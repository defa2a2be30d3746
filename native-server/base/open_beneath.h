// Opening files beneath a folder, and only there (design rule 6).
//
// The path is resolved with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS): no segment may be a
// symbolic link, and no "..", however it got there, leads out of the folder. Where that call is
// kept from the process, each segment is opened in the folder that the one before it gave, with the
// same outcome: systemd refuses it to every service with DynamicUser= or RestrictSUIDSGID=, since
// its filter cannot look into the call's structure. Stateless, so thread-safe. Errors are errno
// values; ELOOP means that a link was in the way, EXDEV that the path leads out of the folder.
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
