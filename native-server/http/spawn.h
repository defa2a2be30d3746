// Starts a Task on its thread; what it throws is logged and ends only itself.
#pragma once

#include "native-server/http/task.h"

namespace image_cache {

void Spawn(const Executor& executor, Task<void> task);

}  // namespace image_cache
