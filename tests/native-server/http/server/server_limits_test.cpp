#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/http/server/server_fixture.h"

namespace image_cache {
namespace {

using std::chrono::milliseconds;

class ServerLimitsTest : public ServerFixture {
 protected:
  // Sends it and expects a problem, after which the connection is closed.
  void ExpectRefused(const std::string& request, int status, const std::string& slug) {
    TestClient client(port());
    client.Send(request);
    const auto answer = client.Read();
    ASSERT_TRUE(answer) << slug;
    EXPECT_EQ(answer->status, status);
    EXPECT_TRUE(answer->HeadContains("Content-Type: application/problem+json\r\n"));
    EXPECT_TRUE(answer->HeadContains("Connection: close\r\n"));
    EXPECT_NE(answer->body.find("/problems/" + slug), std::string::npos) << answer->body;
    EXPECT_TRUE(client.IsClosed());
  }
};

TEST_F(ServerLimitsTest, TakesATargetOf8KiBAndNoMore) {
  StartServer(ShortLimits());
  TestClient client(port());
  client.Send("GET /" + std::string(8 * 1024 - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  ExpectRefused("GET /" + std::string(8 * 1024, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
                "url-too-long");
  ExpectRefused("GET /" + std::string(40 * 1024, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
                "url-too-long");
}

TEST_F(ServerLimitsTest, TakesAHeadOf16KiBAndNoMore) {
  StartServer(ShortLimits());
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  TestClient client(port());
  client.Send(start + std::string(15 * 1024, 'x') + "\r\n\r\n");
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  ExpectRefused(start + std::string(17 * 1024, 'x') + "\r\n\r\n", 431, "head-too-large");
}

TEST_F(ServerLimitsTest, TakesABodyOf8MiBAndNoMore) {
  StartServer(ShortLimits());
  constexpr std::size_t kLimit = 8 * 1024 * 1024;
  const auto head = [](std::size_t length) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  };
  TestClient client(port());
  client.Send(head(kLimit) + std::string(kLimit, 'b'));
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), kLimit + 2);
  ExpectRefused(head(kLimit + 1) + std::string(kLimit + 1, 'b'), 413, "body-too-large");
  // Not announced, but sent.
  ExpectRefused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n900000\r\n", 413,
                "body-too-large");
}

TEST_F(ServerLimitsTest, RefusesWhatItDoesNotUnderstand) {
  StartServer(ShortLimits());
  for (const char* request :
       {"nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    SCOPED_TRACE(request);
    ExpectRefused(request, 400, "invalid-request");
  }
}

TEST_F(ServerLimitsTest, ClosesAConnectionThatIdles) {
  HttpLimits limits = ShortLimits();
  limits.idle_time = milliseconds(50);
  StartServer(limits);
  TestClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(client.Read());
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(ServerLimitsTest, GivesUpOnAHeadOrABodyThatDoesNotCome) {
  HttpLimits limits = ShortLimits();
  limits.head_time = milliseconds(100);
  limits.body_time = milliseconds(100);
  StartServer(limits);
  ExpectRefused("GET / HTTP/1.1\r\nHo", 408, "request-timeout");
  ExpectRefused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", 408,
                "request-timeout");
  TestClient silent(port());
  EXPECT_TRUE(silent.IsClosed());
}

TEST_F(ServerLimitsTest, GivesUpOnAClientThatDoesNotRead) {
  HttpLimits limits = ShortLimits();
  limits.stall_time = milliseconds(100);
  StartServer(limits, [](Request&) -> Task<Response> {
    Response response;
    response.body = std::string(64 * 1024 * 1024, 'x');
    co_return response;
  });
  TestClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return server_->Stats().responses.at(2) != 0; }));
  // It reads nothing until the server has let go of it; then the answer is not whole.
  ASSERT_TRUE(Eventually([&] { return server_->Stats().connections == 0; }));
  EXPECT_FALSE(client.Read());
}

TEST_F(ServerLimitsTest, TakesBodiesOfSoMuchMemoryTogetherAndNoMore) {
  HttpLimits limits = ShortLimits();
  // A body takes up to twice its size, as it grows.
  constexpr std::size_t kBodyBytes = 2 * 1024 * 1024;
  limits.all_bodies_bytes = 2 * kBodyBytes;
  StartServer(limits);
  constexpr std::size_t kFirstBytes = 3 * kBodyBytes / 4;
  const auto request = [](std::size_t size_bytes, std::size_t sent_bytes) {
    return "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size_bytes) +
           "\r\n\r\n" + std::string(sent_bytes, 'x');
  };
  TestClient first(port());
  first.Send(request(kBodyBytes, kFirstBytes));
  ASSERT_TRUE(Eventually([&] { return server_->Stats().bodies_bytes >= kFirstBytes; }));

  TestClient second(port());
  second.Send(request(2 * kBodyBytes, 3 * kBodyBytes / 2));
  const auto refused = second.Read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_NE(refused->body.find("/problems/too-many-bodies"), std::string::npos);
  EXPECT_TRUE(refused->HeadContains("Retry-After"));
  EXPECT_EQ(server_->Stats().bodies_refused, 1);

  // Who was refused takes no memory any more, though it is there yet.
  first.Send(std::string(kBodyBytes - kFirstBytes, 'x'));
  const auto answer = first.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  // The connections stay, the memory does not.
  ASSERT_TRUE(Eventually([&] { return server_->Stats().bodies_bytes == 0; }));
}

// Who always has the next request there already has no thread to itself.
TEST_F(ServerLimitsTest, AnswersOthersBetweenTheRequestsOfOne) {
  std::promise<void> both_are_there;
  std::atomic<int> handled{0};
  std::atomic<int> handled_before_other{-1};
  StartServer(
      ShortLimits(),
      [&](Request& request) -> Answer {
        if (request.path() == "/first") both_are_there.get_future().wait();
        if (request.path() == "/other") handled_before_other = handled.load();
        ++handled;
        return Response{};
      },
      1);
  TestClient other(port());
  other.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(other.Read());

  constexpr int kFlood = 2000;
  std::string flood = "GET /first HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < kFlood; ++i) flood += "GET /flood HTTP/1.1\r\nHost: x\r\n\r\n";
  TestClient flooder(port());
  flooder.Send(flood);
  other.Send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
  both_are_there.set_value();
  ASSERT_TRUE(other.Read());
  EXPECT_LT(handled_before_other, kFlood / 2);
  for (int i = 0; i <= kFlood; ++i) ASSERT_TRUE(flooder.Read());
}

TEST_F(ServerLimitsTest, TurnsAwayWhoeverIsTooMany) {
  HttpLimits limits = ShortLimits();
  limits.connections = 1;
  StartServer(limits);
  TestClient first(port());
  first.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(first.Read());
  TestClient second(port());
  const auto answer = second.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(second.IsClosed());
  EXPECT_EQ(server_->Stats().connections_refused, 1);
}

}  // namespace
}  // namespace image_cache
