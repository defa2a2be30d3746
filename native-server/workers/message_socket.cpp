#include "native-server/workers/message_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <utility>

namespace image_cache {
namespace {

// More than any message comes with, so that one too many is seen.
constexpr std::size_t kMaxDescriptors = 4;

struct alignas(cmsghdr) ControlBuffer {
  std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> bytes{};
};

int WaitMs(Deadline deadline) {
  if (deadline == Deadline::max()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

// False when the deadline came first.
bool WaitReadable(int socket, Deadline deadline) {
  for (;;) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, WaitMs(deadline));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;  // reading will say what is wrong
  }
}

// Takes what came; returns how many there were, also beyond the room for them.
std::size_t TakeDescriptors(const msghdr& header, std::span<UniqueFd> descriptors) {
  std::size_t count = 0;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t bytes = control->cmsg_len - CMSG_LEN(0);
    for (std::size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int), ++count) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(control) + at, sizeof fd);
      UniqueFd received(fd);
      if (count < descriptors.size()) descriptors[count] = std::move(received);
    }
  }
  return count;
}

}  // namespace

bool SendBytes(int socket, std::span<const std::byte> message, std::span<const int> descriptors) {
  iovec part{.iov_base = const_cast<std::byte*>(message.data()), .iov_len = message.size()};
  ControlBuffer control;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(first), descriptors.data(), descriptors.size_bytes());
  }
  for (;;) {
    const ssize_t sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent) == message.size();
    if (errno != EINTR) return false;
  }
}

Reception ReceiveBytes(int socket, std::span<std::byte> message, std::span<UniqueFd> descriptors,
                       Deadline deadline) {
  if (!WaitReadable(socket, deadline)) return Reception::kLate;
  iovec part{.iov_base = message.data(), .iov_len = message.size()};
  ControlBuffer control;
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t received = 0;
  do {
    received = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  // A reset says the same as the end: whoever was there is not any more.
  if (received <= 0) return Reception::kClosed;
  const std::size_t count = TakeDescriptors(header, descriptors);
  const bool is_whole = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
                        static_cast<std::size_t>(received) == message.size() &&
                        count == descriptors.size();
  return is_whole ? Reception::kWhole : Reception::kMalformed;
}

}  // namespace image_cache
