#include "native-server/http/server/send_file.h"

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

namespace image_cache {
namespace {

// One turn of a connection. A client that reads as fast as the disk gives must not keep a thread.
constexpr std::uint64_t kTurnBytes = 2 * 1024 * 1024;

}  // namespace

SendState SendStateOfErrno() {
  return errno == EAGAIN || errno == EWOULDBLOCK ? SendState::kBlocked : SendState::kFailed;
}

SendState SendFile(int socket, int file, std::uint64_t& position, std::uint64_t end) {
  std::uint64_t sent_in_turn = 0;
  while (position < end) {
    if (sent_in_turn >= kTurnBytes) return SendState::kProgress;
    auto offset = static_cast<off_t>(position);
    const std::uint64_t wanted = std::min(end - position, kTurnBytes);
    const ssize_t sent = ::sendfile(socket, file, &offset, wanted);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return SendStateOfErrno();
    }
    if (sent == 0) return SendState::kFailed;
    position += static_cast<std::uint64_t>(sent);
    sent_in_turn += static_cast<std::uint64_t>(sent);
  }
  return SendState::kDone;
}

}  // namespace image_cache
