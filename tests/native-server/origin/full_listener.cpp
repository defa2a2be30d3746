#include "tests/native-server/origin/full_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <utility>

namespace image_cache {
namespace {

constexpr int kSilenceMs = 200;  // loopback answers a connection in microseconds, or not
constexpr int kMaxClients = 64;

}  // namespace

FullListener::FullListener() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, length) != 0 || ::listen(listener_.get(), 0) != 0 ||
      ::getsockname(listener_.get(), generic, &length) != 0) {
    throw std::runtime_error("the full listener cannot listen");
  }
  origin_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  for (int i = 0; i < kMaxClients; ++i) {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(client.get(), generic, length);
    pollfd writable{.fd = client.get(), .events = POLLOUT, .revents = 0};
    const bool connected = ::poll(&writable, 1, kSilenceMs) == 1;
    clients_.push_back(std::move(client));
    if (!connected) return;
  }
  throw std::runtime_error("the listener's queue does not fill");
}

}  // namespace image_cache
