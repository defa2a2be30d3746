#include "tests/native-server/http/websocket/web_socket_client.h"

#include <array>

namespace image_cache {
namespace {

int ByteAt(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text.at(i)); }

}  // namespace

int WebSocketFrame::close_code() const {
  return payload.size() < 2 ? 1005 : ByteAt(payload, 0) * 256 + ByteAt(payload, 1);
}

WebSocketClient::WebSocketClient(std::uint16_t port) : client_(port) { client_.Send(kHandshake); }

std::optional<WebSocketFrame> WebSocketClient::ReadFrame() {
  const std::string head = client_.ReadBytes(2);
  if (head.size() < 2) return std::nullopt;
  std::size_t size = static_cast<std::size_t>(ByteAt(head, 1));
  const std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (length_bytes > 0) {
    const std::string length = client_.ReadBytes(length_bytes);
    if (length.size() < length_bytes) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < length.size(); ++i) {
      size = size * 256 + static_cast<std::size_t>(ByteAt(length, i));
    }
  }
  WebSocketFrame frame{.opcode = ByteAt(head, 0) & 0x0f, .payload = client_.ReadBytes(size)};
  if (frame.payload.size() < size) return std::nullopt;
  return frame;
}

void WebSocketClient::SendFrame(int opcode, std::string_view payload, bool is_last,
                                bool is_masked) {
  constexpr std::string_view kMask = "mask";
  std::string frame(1, static_cast<char>((is_last ? 0x80 : 0) | opcode));
  const int mask_bit = is_masked ? 0x80 : 0;
  if (payload.size() < 126) {
    frame += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else {  // REQUIRES: it has less than 64 KiB
    frame += static_cast<char>(mask_bit | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  if (is_masked) frame += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ (is_masked ? kMask[i % kMask.size()] : 0));
  }
  client_.Send(frame);
}

}  // namespace image_cache
