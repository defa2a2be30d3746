// One worker process, from its start to its end.
//
// Used by one thread at a time, and by the thread that made it to the end: the kernel ends the
// worker when that thread ends (PR_SET_PDEATHSIG), so that none outlives a server that was killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "native-server/base/unique_fd.h"
#include "native-server/workers/worker_protocol.h"
#include "shared/result.h"

namespace image_cache {

enum class WorkerError {
  kUnavailable,  // the program is not there, cannot be started, or is another version's
  kBusy,         // as many jobs wait as may wait
  kCrashed,      // the process has ended over it, or answers nonsense
  kTooSlow,      // ended at the deadline
  kRefused,      // the input is nothing that the operation can be done with
  kFailed,       // the worker could not do it, though the input may be fine
  kStopping,     // the server ends
};

class WorkerProcess {
 public:
  // Starts `program` and waits until it is ready. Errors: kUnavailable.
  [[nodiscard]] static Result<std::unique_ptr<WorkerProcess>, WorkerError> Start(
      const std::string& program, std::chrono::milliseconds deadline);
  // Ends the process, whatever it does, and waits for that.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Errors: kCrashed, kTooSlow, after which the process can only be destroyed; kRefused, kFailed.
  [[nodiscard]] Result<WorkerAnswer, WorkerError> Run(const WorkerRequest& request,
                                                      const UniqueFd& input, const UniqueFd& output,
                                                      std::chrono::milliseconds deadline);

  // Whether the kernel filters its system calls.
  [[nodiscard]] bool is_filtered() const { return is_filtered_; }
  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  WorkerProcess(pid_t pid, UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}

  const pid_t pid_;
  UniqueFd socket_;
  bool is_filtered_ = false;
  std::uint64_t runs_ = 0;
};

}  // namespace image_cache
