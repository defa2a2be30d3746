// The worker's life: it says hello, gives up what it does not need, and then does one request after
// the other until the server is gone.
#pragma once

#include <functional>
#include <map>
#include <string_view>

#include "native-server/worker/confinement.h"
#include "native-server/workers/worker_protocol.h"

namespace image_cache {

// Does one request. The descriptors are shared with the server: read and write at offsets of your
// own (pread, pwrite). Sets all of the answer but `cpu_us`; must not throw for what is in the
// input.
using Operation =
    std::function<WorkerAnswer(const WorkerRequest& request, int input_fd, int output_fd)>;
using Operations = std::map<WorkerOperation, Operation>;

// An answer with this status and detail.
[[nodiscard]] WorkerAnswer Decline(WorkerStatus status, std::string_view detail);

// Returns the program's exit code: 0 when the server has closed the socket.
// REQUIRES: every library that an operation uses is initialised; kWorkerSocket is the socket.
[[nodiscard]] int ServeRequests(const Operations& operations, const ConfinementLimits& limits);

}  // namespace image_cache
