// Listening sockets on one address, one for each thread, between which the kernel shares the
// clients.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/unique_fd.h"
#include "shared/result.h"

namespace image_cache {

struct ListenAddress {
  std::string host;        // "127.0.0.1", "::1" (without brackets), "localhost"
  std::uint16_t port = 0;  // 0: any that is free
};

// "HOST:PORT" or "[::1]:PORT". Nothing when it is neither.
[[nodiscard]] std::optional<ListenAddress> ParseListenAddress(std::string_view text);

// "127.0.0.1:8787", "[::1]:8787".
[[nodiscard]] std::string FormatListenAddress(const ListenAddress& address);

enum class ListenError {
  kUnknownHost,
  kAddressInUse,
  kNotAllowed,  // a port below 1024 without the right to it
  kFailed,
};

struct Listeners {
  std::vector<UniqueFd> sockets;  // non-blocking, listening
  std::uint16_t port = 0;         // never 0
  bool ipv6 = false;
};

// The address that a socket is bound to, in numbers.
[[nodiscard]] ListenAddress AddressOf(const UniqueFd& socket);

// Another process on that port makes it fail, even one of the same user that shares its port too.
// Errors: as above; the detail is for people.
[[nodiscard]] Result<Listeners, ListenError> Listen(const ListenAddress& address,
                                                    std::size_t count);

// Of a socket that somebody else has opened and bound: all threads accept from this one.
// Errors: kFailed when it is not a TCP socket that listens.
[[nodiscard]] Result<Listeners, ListenError> Adopt(const UniqueFd& socket, std::size_t count);

}  // namespace image_cache
