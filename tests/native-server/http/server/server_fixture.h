// A running server with a handler that echoes, for tests that speak to it over sockets.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "native-server/http/server/server.h"
#include "tests/native-server/http/server/test_client.h"

namespace image_cache {

class ServerFixture : public testing::Test {
 protected:
  // Small enough for a test to wait for, large enough for a busy machine.
  static HttpLimits ShortLimits() {
    HttpLimits limits;
    limits.linger_time = std::chrono::milliseconds(300);
    return limits;
  }

  void StartServer(const HttpLimits& limits, Handler handler = Echo, std::size_t threads = 2) {
    auto server = HttpServer::Listen({.host = "127.0.0.1", .port = 0}, threads, limits);
    ASSERT_TRUE(server);
    server_ = std::move(*server);
    server_->Start(std::move(handler));
  }

  [[nodiscard]] std::uint16_t port() const {
    const std::string& url = server_->url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  // Answers with the path and the body; "/throw" throws.
  static Task<Response> Echo(Request& request) {
    if (request.path() == "/throw") throw std::runtime_error("on purpose");
    Response response;
    response.body = std::string(request.path()) + " " + request.body();
    co_return response;
  }

  std::unique_ptr<HttpServer> server_;
};

}  // namespace image_cache
