// Sends one answer through a non-blocking socket: the head and the body in as few packets as they
// fit in, a file with sendfile(2).
//
// Continue() sends what the socket takes and says whether to wait; it never waits itself, so the
// usual answer (a picture that fits into the socket's buffer) costs two system calls and no
// coroutine.
#pragma once

#include <string_view>

#include "native-server/http/response.h"

namespace image_cache {

class Transmission {
 public:
  enum class State {
    kDone,
    kBlocked,   // the socket is full: call again when it can be written
    kProgress,  // a lot was sent: let other connections have their turn, then call again
    kFailed,    // the client has gone, or the file became shorter than was announced
  };

  // `body` may be null (HEAD, 304). Head and body outlive this.
  Transmission(int socket, std::string_view head, const Body* body);
  [[nodiscard]] State Continue();

 private:
  [[nodiscard]] State SendMemory();
  [[nodiscard]] State SendFile(const FileSlice& file);

  int socket_;
  std::string_view head_;    // what is left of it
  std::string_view memory_;  // what is left of a body in memory
  const FileSlice* file_ = nullptr;
  std::uint64_t file_sent_ = 0;
};

}  // namespace image_cache
