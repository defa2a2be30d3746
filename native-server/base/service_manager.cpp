#include "native-server/base/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <optional>

namespace image_cache {
namespace {

constexpr int kFirstSocket = 3;  // SD_LISTEN_FDS_START
constexpr int kMaxSockets = 64;

// Nobody else is to take it for his own, so it goes.
std::string TakeVariable(const char* name) {
  // No thread has begun yet that could read the environment.
  // NOLINTBEGIN(concurrency-mt-unsafe)
  const char* value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);
  // NOLINTEND(concurrency-mt-unsafe)
  return taken;
}

std::optional<long> ParseNumber(const std::string& text) {
  long number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

std::vector<UniqueFd> InheritedSockets() {
  const auto pid = ParseNumber(TakeVariable("LISTEN_PID"));
  const auto count = ParseNumber(TakeVariable("LISTEN_FDS"));
  TakeVariable("LISTEN_FDNAMES");
  std::vector<UniqueFd> sockets;
  // With another number they were meant for a parent of this process.
  if (pid != ::getpid() || !count) return sockets;
  const int last = kFirstSocket + static_cast<int>(std::clamp<long>(*count, 0, kMaxSockets));
  for (int fd = kFirstSocket; fd < last; ++fd) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) sockets.emplace_back(fd);
  }
  return sockets;
}

std::chrono::microseconds WatchdogDeadline() {
  const std::string pid = TakeVariable("WATCHDOG_PID");
  const auto us = ParseNumber(TakeVariable("WATCHDOG_USEC"));
  // With another process's number they were meant for that one.
  const bool is_meant = pid.empty() || ParseNumber(pid) == ::getpid();
  return std::chrono::microseconds(is_meant ? std::max(us.value_or(0), 0L) : 0);
}

}  // namespace

ServiceManager::ServiceManager()
    : address_(TakeVariable("NOTIFY_SOCKET")),
      sockets_(InheritedSockets()),
      watchdog_deadline_(WatchdogDeadline()) {}

void ServiceManager::TellReloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const long long us = now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
  Tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}

void ServiceManager::Tell(std::string_view state) const {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  // A path, or a name in the abstract namespace, whose "@" stands for a zero byte.
  const bool is_address = address_.starts_with('/') || address_.starts_with('@');
  if (!is_address || address_.size() >= sizeof to.sun_path) return;
  std::copy(address_.begin(), address_.end(), std::begin(to.sun_path));
  if (address_.front() == '@') to.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  [[maybe_unused]] const auto sent =
      ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&to), length);
}

}  // namespace image_cache
