#include "native-server/workers/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "native-server/workers/message_socket.h"

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Nothing of the server's own: among it are credentials.
constexpr std::array<const char*, 3> kEnvironment = {"LC_ALL=C", "TZ=UTC", nullptr};

// What the child does between fork and exec.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, socket, kWorkerSocket);
    // Not every library marks what it opens as to be closed at exec: accepted connections are not,
    // and a worker that is taken over could answer on them.
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kWorkerSocket + 1);
    // A signal that this thread blocks or the server ignores is the worker's like any other.
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    // A group of its own: Ctrl-C in the terminal is the server's, which then ends its workers.
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // An errno value, or 0.
  [[nodiscard]] int Spawn(const std::string& program, pid_t& pid) const {
    std::string name = "image-cache-worker";
    std::array<char*, 2> arguments = {name.data(), nullptr};
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments.data(),
                         const_cast<char* const*>(kEnvironment.data()));
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Both ends, each closed at exec; the worker's is never its number in the child, since a dup2 onto
// itself would leave it to be closed.
bool MakeSockets(UniqueFd& ours, UniqueFd& theirs) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  ours.reset(ends[0]);
  theirs.reset(ends[1]);
  if (theirs.get() == kWorkerSocket) {
    theirs.reset(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, kWorkerSocket + 1));
  }
  return static_cast<bool>(theirs);
}

// What a worker says of itself may be anything: only what can be read is kept.
std::string ReadableDetail(const WorkerAnswer& answer) {
  const auto end = std::find(answer.detail.begin(), answer.detail.end(), '\0');
  std::string text(answer.detail.begin(), end);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, ' ');
  return text;
}

}  // namespace

Result<std::unique_ptr<WorkerProcess>, WorkerError> WorkerProcess::Start(const std::string& program,
                                                                         milliseconds deadline) {
  const auto until = steady_clock::now() + deadline;
  UniqueFd ours;
  UniqueFd theirs;
  if (!MakeSockets(ours, theirs)) {
    return Fail(WorkerError::kUnavailable, fmt::format("no socket for the worker: {}",
                                                       std::generic_category().message(errno)));
  }
  pid_t pid = 0;
  if (const int error = SpawnPlan(theirs.get()).Spawn(program, pid); error != 0) {
    return Fail(WorkerError::kUnavailable, fmt::format("the worker cannot be started: {}",
                                                       std::generic_category().message(error)));
  }
  theirs.reset();
  // Whatever comes now, the process is ended with the object.
  std::unique_ptr<WorkerProcess> process(new WorkerProcess(pid, std::move(ours)));
  WorkerHello hello;
  switch (ReceiveMessage(process->socket_.get(), hello, until)) {
    case Reception::kWhole:
      break;
    case Reception::kClosed:
      return Fail(WorkerError::kUnavailable,
                  "the worker ended at its start; what it lacks is in the lines before");
    case Reception::kMalformed:
      return Fail(WorkerError::kUnavailable, "the worker is of another version");
    case Reception::kLate:
      return Fail(WorkerError::kUnavailable, "the worker was not ready in time");
  }
  if (hello.protocol != kWorkerProtocol) {
    return Fail(WorkerError::kUnavailable, "the worker is of another version");
  }
  process->is_filtered_ = hello.is_filtered != 0;
  return process;
}

WorkerProcess::~WorkerProcess() {
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<WorkerAnswer, WorkerError> WorkerProcess::Run(const WorkerRequest& request,
                                                     const UniqueFd& input, const UniqueFd& output,
                                                     milliseconds deadline) {
  ++runs_;
  const std::array<int, 2> descriptors = {input.get(), output.get()};
  if (!SendMessage(socket_.get(), request, descriptors)) {
    return Fail(WorkerError::kCrashed, "the worker is gone");
  }
  WorkerAnswer answer;
  switch (ReceiveMessage(socket_.get(), answer, steady_clock::now() + deadline)) {
    case Reception::kWhole:
      break;
    case Reception::kClosed:
      return Fail(WorkerError::kCrashed, "the worker ended over the picture");
    case Reception::kMalformed:
      return Fail(WorkerError::kCrashed, "the worker answered nonsense");
    case Reception::kLate:
      return Fail(WorkerError::kTooSlow,
                  fmt::format("the picture took longer than {} ms", deadline.count()));
  }
  switch (answer.status) {
    case WorkerStatus::kDone:
      return answer;
    case WorkerStatus::kRefused:
      return Fail(WorkerError::kRefused, ReadableDetail(answer));
    case WorkerStatus::kFailed:
      return Fail(WorkerError::kFailed, ReadableDetail(answer));
  }
  return Fail(WorkerError::kCrashed, "the worker answered nonsense");
}

}  // namespace image_cache
