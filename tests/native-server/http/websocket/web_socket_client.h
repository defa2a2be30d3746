// A WebSocket client for tests, frame by frame, so that it can send what a browser never would.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/native-server/http/server/test_client.h"

namespace image_cache {

struct WebSocketFrame {
  int opcode = 0;
  std::string payload;

  // Of a close frame; 1005 when it has none (RFC 6455 §7.1.5).
  [[nodiscard]] int close_code() const;
};

inline constexpr int kContinuationFrame = 0, kTextFrame = 1, kCloseFrame = 8, kPingFrame = 9,
                     kPongFrame = 10;

class WebSocketClient {
 public:
  // Connects and sends the handshake.
  explicit WebSocketClient(std::uint16_t port);

  [[nodiscard]] std::optional<TestAnswer> ReadAnswer() { return client_.Read(); }
  // The next frame; nothing when the connection ends before it is whole.
  [[nodiscard]] std::optional<WebSocketFrame> ReadFrame();
  void SendFrame(int opcode, std::string_view payload, bool is_last = true, bool is_masked = true);
  [[nodiscard]] bool IsClosed() { return client_.IsClosed(); }

  static constexpr std::string_view kHandshake =
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

 private:
  TestClient client_;
};

}  // namespace image_cache
