#include "native-server/base/idle_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace image_cache {
namespace {

// From linux/ioprio.h, which not every distribution installs.
constexpr int kIoprioWhoProcess = 1;
constexpr int kIoprioIdle = 3 << 13;

}  // namespace

void LowerPriorityOfThisThread() {
  constexpr int kThisThread = 0;  // on Linux both calls mean the thread, not the process
  constexpr int kLowest = 19;
  (void)::setpriority(PRIO_PROCESS, kThisThread, kLowest);
  (void)::syscall(SYS_ioprio_set, kIoprioWhoProcess, kThisThread, kIoprioIdle);
}

}  // namespace image_cache
