// sendfile(2) through a non-blocking socket, for one turn of a connection.
#pragma once

#include <cstdint>

namespace image_cache {

// How far the sending of an answer has come.
enum class SendState {
  kDone,
  kBlocked,   // the socket is full: call again when it can be written
  kProgress,  // a lot was sent: let other connections have their turn, then call again
  kWaiting,   // all there is was sent: call again when there is more of a growing file
  kFailed,    // the client has gone, or the file is shorter than was announced
};

// Sends the file's bytes from `position` to `end`, as far as the socket takes them and the turn
// lasts, and moves `position` on. Never kWaiting.
[[nodiscard]] SendState SendFile(int socket, int file, std::uint64_t& position, std::uint64_t end);

// Of a call that sends and has failed.
[[nodiscard]] SendState SendStateOfErrno();

}  // namespace image_cache
