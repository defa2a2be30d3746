#include "native-server/worker/service.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <thread>

#include "native-server/base/idle_priority.h"
#include "native-server/workers/message_socket.h"

namespace image_cache {
namespace {

std::uint64_t ProcessorTimeUs() {
  rusage used{};
  (void)::getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

WorkerAnswer Answer(const Operations& operations, const WorkerRequest& request, int input_fd,
                    int output_fd) {
  const auto operation = operations.find(request.operation);
  if (operation == operations.end()) {
    return Decline(WorkerStatus::kFailed, "this worker has no such operation");
  }
  try {
    return operation->second(request, input_fd, output_fd);
  } catch (const std::bad_alloc&) {
    return Decline(WorkerStatus::kFailed, "not enough memory");
  } catch (const std::exception& error) {
    return Decline(WorkerStatus::kFailed, error.what());
  }
}

// On a thread of its own, since a thread that has lowered its priority cannot raise it again.
WorkerAnswer AnswerInBackground(const Operations& operations, const WorkerRequest& request,
                                int input_fd, int output_fd) {
  WorkerAnswer answer;
  std::thread thread([&] {
    LowerPriorityOfThisThread();
    answer = Answer(operations, request, input_fd, output_fd);
  });
  thread.join();
  return answer;
}

}  // namespace

WorkerAnswer Decline(WorkerStatus status, std::string_view detail) {
  WorkerAnswer answer{.status = status};
  const std::size_t length = std::min(detail.size(), answer.detail.size() - 1);
  std::copy_n(detail.begin(), length, answer.detail.begin());
  return answer;
}

int ServeRequests(const Operations& operations, const ConfinementLimits& limits) {
  // The server's end is this one's; the socket tells the same to a worker that waits.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return EXIT_FAILURE;
  WorkerHello hello;
  hello.is_filtered = Confine(limits) ? 1 : 0;
  if (!SendMessage(kWorkerSocket, hello)) return EXIT_FAILURE;
  for (;;) {
    WorkerRequest request;
    std::array<UniqueFd, 2> files;
    switch (ReceiveMessage(kWorkerSocket, request, Deadline::max(), files)) {
      case Reception::kWhole:
        break;
      case Reception::kClosed:
        return EXIT_SUCCESS;
      case Reception::kMalformed:
      case Reception::kLate:
        return EXIT_FAILURE;
    }
    LimitProcessorTime(request.cpu_seconds);
    const std::uint64_t before_us = ProcessorTimeUs();
    const auto perform = request.is_background != 0 ? AnswerInBackground : Answer;
    WorkerAnswer answer = perform(operations, request, files[0].get(), files[1].get());
    answer.cpu_us = ProcessorTimeUs() - before_us;
    if (!SendMessage(kWorkerSocket, answer)) return EXIT_FAILURE;
  }
}

}  // namespace image_cache
