// A client that speaks to a server byte by byte, to see what a well-behaved one would never send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/base/unique_fd.h"

namespace image_cache {

struct TestAnswer {
  int status = 0;
  std::string head;  // with the status line
  std::string body;

  [[nodiscard]] bool HeadContains(std::string_view text) const {
    return head.find(text) != std::string::npos;
  }
};

class TestClient {
 public:
  // Connects to 127.0.0.1. Nothing here waits for longer than ten seconds.
  explicit TestClient(std::uint16_t port);

  void Send(std::string_view bytes);
  // The next answer; nothing when the connection ends before it is whole. After HEAD there is no
  // body.
  [[nodiscard]] std::optional<TestAnswer> Read(bool has_body = true);
  // So many bytes as they come; fewer when the connection ends before.
  [[nodiscard]] std::string ReadBytes(std::size_t count);
  // True when the server closes the connection without sending anything more.
  [[nodiscard]] bool IsClosed();
  void CloseSending();

 private:
  bool Fill();

  UniqueFd socket_;
  std::string buffer_;
};

}  // namespace image_cache
