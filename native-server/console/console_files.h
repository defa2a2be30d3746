// The files of the server's own page (web/console), as they were built into this program.
// Constants.
#pragma once

#include <span>

#include "native-server/http/files/embedded_site.h"

namespace image_cache {

// Empty when web/console was not built before the program was: a native build needs no npm.
[[nodiscard]] std::span<const EmbeddedFile> ConsoleFiles();

}  // namespace image_cache
