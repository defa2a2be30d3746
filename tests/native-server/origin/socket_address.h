// A sockaddr made from text, for tests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>

namespace image_cache {

class SocketAddress {
 public:
  explicit SocketAddress(const std::string& text) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
      static_assert(sizeof(v4) <= sizeof(storage_));
      *reinterpret_cast<sockaddr_in*>(&storage_) = v4;
    } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
      *reinterpret_cast<sockaddr_in6*>(&storage_) = v6;
    } else {
      throw std::invalid_argument(text + " is no address");
    }
  }
  [[nodiscard]] const sockaddr* Get() const { return reinterpret_cast<const sockaddr*>(&storage_); }

 private:
  sockaddr_storage storage_{};
};

}  // namespace image_cache
