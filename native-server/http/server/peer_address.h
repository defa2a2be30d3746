// Who is at the other end of a connection.
#pragma once

#include <string>

namespace image_cache {

// "127.0.0.1", "::1"; of a client that has left already, "-". An IPv4 address that a socket for
// both shows as "::ffff:127.0.0.1" is told as what it is. Behind a proxy it is the proxy's.
[[nodiscard]] std::string PeerAddress(int socket);

}  // namespace image_cache
