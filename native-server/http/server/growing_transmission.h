// Sends a body that is still growing: what is there with sendfile(2), the rest when it has come.
//
// With a known length the bytes go out bare; without one they go out as chunks (RFC 9112 §7.1), and
// the last chunk only when the file is whole. A file that fails ends the transmission short of
// either, so that no client takes a part for the whole. Used by one connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/http/message/response.h"
#include "native-server/http/server/send_file.h"

namespace image_cache {

class GrowingTransmission {
 public:
  // `slice` outlives this.
  GrowingTransmission(int socket, const GrowingSlice& slice)
      : socket_(socket), slice_(slice), position_(slice.offset), piece_end_(slice.offset) {}

  // True when nothing of the body can be sent yet, so that nothing before it should be held back.
  [[nodiscard]] bool MustWait() const;
  [[nodiscard]] SendState Continue();

  [[nodiscard]] GrowingFile& file() const { return *slice_.file; }
  // How many bytes of the file were sent; more than these are waited for.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] std::uint64_t sent_bytes() const { return position_ - slice_.offset; }

 private:
  [[nodiscard]] SendState SendFraming();
  // Takes what the file has beyond the last piece as the next one; false when there is nothing.
  [[nodiscard]] bool TakePiece(GrowingFile::Progress progress);

  const int socket_;
  const GrowingSlice& slice_;
  std::uint64_t position_;     // in the file: the next byte to send
  std::uint64_t piece_end_;    // in the file: to where it is being sent
  std::string framing_;        // of chunks: what goes out before the next byte of the file
  std::string_view unsent_{};  // of it
  bool is_last_framing_ = false;
};

}  // namespace image_cache
