// A worker whose operations misbehave: see probe.h.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "native-server/worker/file_bytes.h"
#include "native-server/worker/service.h"
#include "tests/native-server/workers/probe.h"

namespace image_cache::testing {
namespace {

WorkerAnswer Copy(const WorkerRequest& request, int input_fd, int output_fd) {
  const auto bytes = ReadBytes(input_fd);
  if (!bytes || !WriteBytes(output_fd, bytes->data(), bytes->size())) {
    return Decline(WorkerStatus::kFailed, "no copy");
  }
  return {
      .status = WorkerStatus::kDone, .output_bytes = bytes->size(), .results = request.parameters};
}

WorkerAnswer CrashOnce(const WorkerRequest& request, int input_fd, int output_fd) {
  if (ReadBytes(input_fd)->empty()) {
    // What a process leaves behind that does not survive is not to be found by the next.
    const std::vector<char> rubbish(100'000, 'x');
    (void)WriteBytes(output_fd, rubbish.data(), rubbish.size());
    (void)WriteBytes(input_fd, "1", 1);
    std::abort();
  }
  return Copy(request, input_fd, output_fd);
}

bool CanFork() {
  const pid_t child = ::fork();
  if (child == 0) std::_Exit(0);
  return child > 0;
}

// By a call, or by having the kernel send it what a descriptor of ours has to tell.
bool CanSignal(pid_t process) {
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  return ::kill(process, 0) == 0 || ::syscall(SYS_rt_sigqueueinfo, process, 0, &info) == 0 ||
         ::syscall(SYS_rt_tgsigqueueinfo, process, process, 0, &info) == 0 ||
         ::fcntl(kWorkerSocket, F_SETOWN, process) == 0 ||
         ::fcntl(kWorkerSocket, F_SETSIG, SIGTERM) == 0;
}

bool CanChangePriority(pid_t process) {
  const sched_param none{};
  cpu_set_t all;
  CPU_ZERO(&all);
  CPU_SET(0, &all);
  constexpr int kIoprioWhoProcess = 1;
  constexpr int kIoprioIdle = 3 << 13;
  return ::setpriority(PRIO_PROCESS, static_cast<id_t>(process), 1) == 0 ||
         ::setpriority(PRIO_USER, 0, 1) == 0 ||
         ::sched_setscheduler(process, SCHED_OTHER, &none) == 0 ||
         ::sched_setaffinity(process, sizeof all, &all) == 0 ||
         ::syscall(SYS_ioprio_set, kIoprioWhoProcess, process, kIoprioIdle) == 0;
}

bool CanChangeMode() {
  constexpr long kFchmodat2 = 452;  // newer than what the test is compiled with
  // What the call would say to a name that is there, or not.
  return ::chmod("/tmp/image-cache-probe-of-nothing", 0600) == 0 || errno == ENOENT ||
         ::syscall(kFchmodat2, AT_FDCWD, "/tmp/image-cache-probe-of-nothing", 0600, 0) == 0 ||
         errno == ENOENT;
}

bool CanChangeTimes() {
  return ::utimensat(AT_FDCWD, "/tmp/image-cache-probe-of-nothing", nullptr, 0) == 0 ||
         errno == ENOENT;
}

bool CanReadMemory(pid_t process) {
  int here = 0;
  iovec local{.iov_base = &here, .iov_len = sizeof here};
  iovec remote = local;
  return ::process_vm_readv(process, &local, 1, &remote, 1, 0) >= 0;
}

// As code that is made while it runs, or that somebody else has brought along: at once, or later.
bool CanMapCode() {
  constexpr std::size_t kBytes = 4096;
  const auto map = [](int protection) {
    return ::mmap(nullptr, kBytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  };
  if (map(PROT_READ | PROT_WRITE | PROT_EXEC) != MAP_FAILED) return true;
  if (map(PROT_READ | PROT_EXEC) != MAP_FAILED) return true;
  void* data = map(PROT_READ | PROT_WRITE);
  return data == MAP_FAILED || ::mprotect(data, kBytes, PROT_READ | PROT_EXEC) == 0;
}

bool HasThreads() {
  bool ran = false;
  std::thread([&ran] { ran = true; }).join();
  return ran;
}

bool HasOthersThan(int input_fd, int output_fd) {
  constexpr int kMostDescriptors = 1024;
  for (int fd = kWorkerSocket + 1; fd < kMostDescriptors; ++fd) {
    struct ::stat status {};
    if (fd != input_fd && fd != output_fd && ::fstat(fd, &status) == 0) return true;
  }
  return false;
}

WorkerAnswer BreakOut(const WorkerRequest& request, int input_fd, int output_fd) {
  const auto server = static_cast<pid_t>(request.parameters[0]);
  WorkerAnswer answer{.status = WorkerStatus::kDone};
  auto& escapes = answer.results[0];
  if (::open("/etc/passwd", O_RDONLY) >= 0) escapes |= kOpenedFile;
  if (::open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0) escapes |= kMadeFile;
  if (::socket(AF_INET, SOCK_STREAM, 0) >= 0) escapes |= kMadeSocket;
  if (CanFork()) escapes |= kForked;
  if (CanSignal(server)) escapes |= kSignalled;
  rlimit limit{};
  if (::prlimit(server, RLIMIT_NOFILE, nullptr, &limit) == 0) escapes |= kChangedLimits;
  if (CanChangePriority(server)) escapes |= kChangedPriority;
  if (CanChangeMode()) escapes |= kChangedMode;
  if (CanChangeTimes()) escapes |= kChangedTimes;
  if (CanReadMemory(server)) escapes |= kReadMemory;
  if (::unlink("/tmp/image-cache-probe-of-nothing") == 0 || errno == ENOENT) escapes |= kRemoved;
  if (std::getenv("PATH") != nullptr || std::getenv("HOME") != nullptr) escapes |= kGotEnvironment;
  if (HasOthersThan(input_fd, output_fd)) escapes |= kHadDescriptors;
  if (CanMapCode()) escapes |= kMappedCode;
  if (HasThreads()) escapes |= kKeptThreads;
  char* const nothing[] = {nullptr};
  // Would not come back.
  if (::execve("/bin/true", nothing, nothing) == 0) escapes |= kRanProgram;
  return answer;
}

WorkerAnswer Allocate(const WorkerRequest& request, int, int) {
  const std::vector<char> memory(request.parameters[0]);
  return {.status = WorkerStatus::kDone, .results = {memory.size()}};
}

int Run() {
  const Operations operations = {
      {kCopy, Copy},
      {kHang,
       [](const WorkerRequest&, int, int) -> WorkerAnswer {
         for (;;) ::pause();
       }},
      {kSpin,
       [](const WorkerRequest&, int, int) -> WorkerAnswer {
         for (volatile bool goes_on = true; goes_on;) {
         }
         return {};
       }},
      {kCrash, [](const WorkerRequest&, int, int) -> WorkerAnswer { std::abort(); }},
      {kCrashOnce, CrashOnce},
      {kRefuse, [](const WorkerRequest&, int,
                   int) { return Decline(WorkerStatus::kRefused, "not\x1b[31m\na\xffpicture"); }},
      {kBreakOut, BreakOut},
      {kAllocate, Allocate},
      {kTellPid,
       [](const WorkerRequest&, int, int) {
         return WorkerAnswer{.status = WorkerStatus::kDone,
                             .results = {static_cast<std::uint64_t>(::getpid())}};
       }},
      {kTellNice,
       [](const WorkerRequest&, int, int) {
         constexpr int kThisThread = 0;
         const int nice = ::getpriority(PRIO_PROCESS, kThisThread);
         return WorkerAnswer{.status = WorkerStatus::kDone,
                             .results = {static_cast<std::uint64_t>(nice)}};
       }},
  };
#ifdef __SANITIZE_ADDRESS__
  constexpr std::uint64_t kMemoryBytes = 0;
#else
  constexpr std::uint64_t kMemoryBytes = 512ULL << 20;
#endif
  return ServeRequests(operations, {.memory_bytes = kMemoryBytes, .output_bytes = 1 << 20});
}

}  // namespace
}  // namespace image_cache::testing

int main() { return image_cache::testing::Run(); }
