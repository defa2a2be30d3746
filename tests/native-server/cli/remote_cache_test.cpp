#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "native-server/base/unique_fd.h"
#include "native-server/cli/cache_access.h"

namespace image_cache {
namespace {

using testing::HasSubstr;

// Listens on a free port. Who connects waits in the backlog until Answer takes them.
class ScriptedServer {
 public:
  ScriptedServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* any = reinterpret_cast<sockaddr*>(&address_);  // NOLINT: what sockets are told by
    EXPECT_EQ(::bind(listener_.get(), any, size), 0);
    EXPECT_EQ(::listen(listener_.get(), 4), 0);
    EXPECT_EQ(::getsockname(listener_.get(), any, &size), 0);
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
  }
  void Answer(const std::string& response) const {
    const UniqueFd client(::accept(listener_.get(), nullptr, nullptr));
    std::array<char, 4096> request{};
    EXPECT_GT(::read(client.get(), request.data(), request.size()), 0);
    EXPECT_EQ(::write(client.get(), response.data(), response.size()),
              static_cast<ssize_t>(response.size()));
  }

 private:
  UniqueFd listener_;
  sockaddr_in address_{};
};

TEST(RemoteCacheTest, DoesNotWaitForeverForAServerThatHangs) {
  const ScriptedServer hanging;
  const RemoteTimeouts timeouts{.connect = std::chrono::milliseconds(5000),
                                .answer = std::chrono::milliseconds(50)};
  const auto cache = OpenRemoteCache({}, hanging.url(), timeouts);
  ASSERT_TRUE(cache);
  for (const auto& answer : {(*cache)->Stats(""), (*cache)->Clear("0001")}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().exit_code, kExitFailed);
    EXPECT_THAT(answer.error().message, HasSubstr("does not answer"));
  }
}

TEST(RemoteCacheTest, PutsWhatAServerSaysOnOneLine) {
  const ScriptedServer server;
  const std::string body = R"({"title":"Two\nlines","detail":"and\u001b[2J more"})";
  std::thread answering([&] {
    server.Answer("HTTP/1.1 500 No\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                  body);
  });
  const auto cache = OpenRemoteCache({}, server.url());
  const auto answer = (*cache)->Stats("");
  answering.join();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("answered 500: Two lines. and [2J more"));
}

}  // namespace
}  // namespace image_cache
