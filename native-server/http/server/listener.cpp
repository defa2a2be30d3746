#include "native-server/http/server/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

namespace image_cache {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressList Resolve(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found) != 0) found = nullptr;
  return {found, &freeaddrinfo};
}

// "localhost" is both ::1 and 127.0.0.1; most clients try the latter at some time, few only the
// former.
const addrinfo& PreferIpv4(const addrinfo& first) {
  for (const addrinfo* at = &first; at != nullptr; at = at->ai_next) {
    if (at->ai_family == AF_INET) return *at;
  }
  return first;
}

Error<ListenError> FromErrno(int error) {
  const std::string why = std::generic_category().message(error);
  if (error == EADDRINUSE) return {ListenError::kAddressInUse, why};
  if (error == EACCES || error == EPERM) return {ListenError::kNotAllowed, why};
  return {ListenError::kFailed, why};
}

bool Enable(int fd, int option) {
  const int on = 1;
  return ::setsockopt(fd, SOL_SOCKET, option, &on, sizeof on) == 0;
}

// The first socket is bound without SO_REUSEPORT, so that a port which another program holds is
// noticed, also when that is a second server of ours; then it is opened for the other threads'
// sockets.
Result<UniqueFd, ListenError> Bind(sockaddr* address, socklen_t length, bool first) {
  UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd || !Enable(fd.get(), SO_REUSEADDR) || (!first && !Enable(fd.get(), SO_REUSEPORT)) ||
      ::bind(fd.get(), address, length) != 0 || (first && !Enable(fd.get(), SO_REUSEPORT)) ||
      ::listen(fd.get(), SOMAXCONN) != 0) {
    return tl::make_unexpected(FromErrno(errno));
  }
  return fd;
}

std::optional<int> OptionOf(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &length) != 0) return std::nullopt;
  return value;
}

bool IsListeningTcp(int fd) {
  const auto family = OptionOf(fd, SO_DOMAIN);
  return (family == AF_INET || family == AF_INET6) && OptionOf(fd, SO_TYPE) == SOCK_STREAM &&
         OptionOf(fd, SO_ACCEPTCONN) == 1;
}

std::uint16_t PortOf(const sockaddr_storage& address) {
  const std::size_t offset = address.ss_family == AF_INET6 ? offsetof(sockaddr_in6, sin6_port)
                                                           : offsetof(sockaddr_in, sin_port);
  std::uint16_t port = 0;
  std::memcpy(&port, reinterpret_cast<const char*>(&address) + offset, sizeof port);
  return ntohs(port);
}

}  // namespace

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.back() != ']' || host.size() < 3) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets: where does the port begin?
  }
  ListenAddress address{.host = std::string(host)};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return address;
}

std::string FormatListenAddress(const ListenAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Result<Listeners, ListenError> Listen(const ListenAddress& address, std::size_t count) {
  const AddressList found = Resolve(address);
  if (!found)
    return Fail(ListenError::kUnknownHost, "the host '" + address.host + "' is not known");
  const addrinfo& chosen = PreferIpv4(*found);
  sockaddr_storage bound{};
  socklen_t length = chosen.ai_addrlen;
  std::memcpy(&bound, chosen.ai_addr, length);
  auto* generic = reinterpret_cast<sockaddr*>(&bound);

  Listeners listeners;
  for (std::size_t i = 0; i < count; ++i) {
    auto fd = Bind(generic, length, i == 0);
    if (!fd) return tl::make_unexpected(fd.error());
    // With port 0 the first socket got one; the others take the same.
    if (i == 0 && ::getsockname(fd->get(), generic, &length) != 0) {
      return tl::make_unexpected(FromErrno(errno));
    }
    listeners.sockets.push_back(std::move(*fd));
  }
  listeners.port = PortOf(bound);
  listeners.ipv6 = bound.ss_family == AF_INET6;
  return listeners;
}

ListenAddress AddressOf(const UniqueFd& socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  std::array<char, INET6_ADDRSTRLEN> host{};
  auto* generic = reinterpret_cast<sockaddr*>(&bound);
  if (::getsockname(socket.get(), generic, &length) != 0 ||
      ::getnameinfo(generic, length, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return {.host = host.data(), .port = PortOf(bound)};
}

Result<Listeners, ListenError> Adopt(const UniqueFd& socket, std::size_t count) {
  if (!IsListeningTcp(socket.get())) {
    return Fail(ListenError::kFailed, "it is not a TCP socket that listens");
  }
  Listeners listeners;
  for (std::size_t i = 0; i < count; ++i) {
    UniqueFd fd(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
    if (!fd || ::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
      return tl::make_unexpected(FromErrno(errno));
    }
    listeners.sockets.push_back(std::move(fd));
  }
  const ListenAddress address = AddressOf(socket);
  listeners.port = address.port;
  listeners.ipv6 = address.host.find(':') != std::string::npos;
  return listeners;
}

}  // namespace image_cache
