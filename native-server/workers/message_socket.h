// Messages of a fixed size, with descriptors beside them, over a local socket of sequenced packets.
//
// Stateless, so thread-safe; a socket is used by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <type_traits>

#include "native-server/base/unique_fd.h"

namespace image_cache {

// Descriptors are lent: the other side gets its own of the same files. False: nobody is there.
[[nodiscard]] bool SendBytes(int socket, std::span<const std::byte> message,
                             std::span<const int> descriptors);

enum class Reception {
  kWhole,
  kClosed,     // the other side has ended
  kMalformed,  // of another size, or with another number of descriptors
  kLate,       // nothing came before the deadline
};
using Deadline = std::chrono::steady_clock::time_point;

// Waits for the next message: as many bytes and as many descriptors as there is room for. Without a
// deadline (Deadline::max()) as long as it takes.
[[nodiscard]] Reception ReceiveBytes(int socket, std::span<std::byte> message,
                                     std::span<UniqueFd> descriptors, Deadline deadline);

template <typename Message>
[[nodiscard]] bool SendMessage(int socket, const Message& message,
                               std::span<const int> descriptors = {}) {
  static_assert(std::is_trivially_copyable_v<Message>);
  return SendBytes(socket, std::as_bytes(std::span(&message, 1)), descriptors);
}

template <typename Message>
[[nodiscard]] Reception ReceiveMessage(int socket, Message& message, Deadline deadline,
                                       std::span<UniqueFd> descriptors = {}) {
  static_assert(std::is_trivially_copyable_v<Message>);
  return ReceiveBytes(socket, std::as_writable_bytes(std::span(&message, 1)), descriptors,
                      deadline);
}

}  // namespace image_cache
