// Which files in the images folder are this program's: told by the name alone, so that an
// operator's own files are never taken for something that was left behind.
#pragma once

#include "shared/paths/local_path.h"

namespace image_cache {

// "<actor_id>_<16 hex digits>.<ext>", as LocalPath::Make writes it.
[[nodiscard]] bool IsOurName(const LocalPath& path);

}  // namespace image_cache
