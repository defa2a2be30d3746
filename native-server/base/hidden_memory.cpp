#include "native-server/base/hidden_memory.h"

#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace image_cache {

void HideMemory() {
  // The limit is what tools show and what children inherit; a kernel that hands dumps to a program
  // (core_pattern "|…") does not look at it, but at whether the process is dumpable.
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  const bool limited = ::setrlimit(RLIMIT_CORE, &no_core) == 0;
  if (!limited || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    spdlog::warn("core dumps of this process cannot be switched off; they would hold credentials");
  }
}

}  // namespace image_cache
