#include "native-server/http/server/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string_view>

namespace image_cache {

std::string PeerAddress(int socket) {
  constexpr std::string_view kMappedIpv4 = "::ffff:";
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "-";
  const void* bytes = nullptr;
  if (address.ss_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  } else if (address.ss_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes == nullptr ||
      ::inet_ntop(address.ss_family, bytes, text.data(), text.size()) == nullptr) {
    return "-";
  }
  const std::string_view peer(text.data());
  const bool is_mapped = peer.starts_with(kMappedIpv4) && peer.find('.') != std::string_view::npos;
  return std::string(is_mapped ? peer.substr(kMappedIpv4.size()) : peer);
}

}  // namespace image_cache
