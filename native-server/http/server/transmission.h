// Sends one answer through a non-blocking socket: the head and the body in as few packets as they
// fit in, a file with sendfile(2).
//
// Continue() sends what the socket takes and says whether to wait; it never waits itself, so the
// usual answer (a picture that fits into the socket's buffer) costs two system calls and no
// coroutine.
#pragma once

#include <optional>
#include <string_view>

#include "native-server/http/message/response.h"
#include "native-server/http/server/growing_transmission.h"
#include "native-server/http/server/send_file.h"

namespace image_cache {

class Transmission {
 public:
  using State = SendState;

  // `body` may be null (HEAD, 304). Head and body outlive this.
  Transmission(int socket, std::string_view head, const Body* body);
  [[nodiscard]] State Continue();
  // How many bytes of the body have been sent; of one that is still growing, without its framing.
  [[nodiscard]] std::uint64_t SentBytes() const;
  // What to wait for after kWaiting.
  [[nodiscard]] const GrowingTransmission* growing() const {
    return growing_ ? &*growing_ : nullptr;
  }

 private:
  [[nodiscard]] State SendMemory();

  int socket_;
  std::string_view head_;         // what is left of it
  std::string_view memory_;       // what is left of a body in memory
  std::size_t memory_bytes_ = 0;  // of all of it
  const FileSlice* file_ = nullptr;
  std::uint64_t file_position_ = 0;
  std::optional<GrowingTransmission> growing_;
};

}  // namespace image_cache
