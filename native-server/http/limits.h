// What one client may ask of a connection, in bytes and in time. The sizes are the contract's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace image_cache {

struct HttpLimits {
  std::size_t target_bytes = 8 * 1024;
  std::uint32_t head_bytes = 16 * 1024;
  std::uint64_t body_bytes = 8 * 1024 * 1024;
  std::uint64_t all_bodies_bytes = 256 * 1024 * 1024;  // in memory at a time, of all connections
  std::size_t chunk_extension_bytes = 1024;  // of all chunks of a body; they mean nothing to us
  std::size_t connections = 12000;           // of the whole server
  std::size_t web_sockets = 4096;            // of these, the most that may be WebSockets
  // Of a message that a client sends through a WebSocket; what is sent to it is not bounded here.
  std::size_t web_socket_message_bytes = 4 * 1024;

  std::chrono::milliseconds head_time{10000};  // from a request's first byte to the end of its head
  std::chrono::milliseconds body_time{30000};  // for the whole body
  std::chrono::milliseconds idle_time{60000};  // between two requests of one connection
  std::chrono::milliseconds stall_time{30000};   // of an answer that the client does not read
  std::chrono::milliseconds growth_time{60000};  // for a growing body to get its next bytes
  std::chrono::milliseconds linger_time{2000};   // for a refused client to notice and stop sending
  // For a WebSocket's client to be heard of; it is pinged after half of it.
  std::chrono::milliseconds web_socket_idle_time{60000};
};

}  // namespace image_cache
