#include "native-server/http/server/server.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <thread>
#include <vector>

#include "tests/native-server/http/server/server_fixture.h"

namespace image_cache {
namespace {

class ServerTest : public ServerFixture {
 protected:
  void SetUp() override { StartServer(ShortLimits()); }
};

TEST_F(ServerTest, KeepsAConnectionForSeveralRequests) {
  TestClient client(port());
  for (const char* path : {"/one", "/two", "/three"}) {
    client.Send(std::string("GET ") + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = client.Read();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, std::string(path) + " ");
    EXPECT_TRUE(answer->HeadContains("Date: "));
    EXPECT_FALSE(answer->HeadContains("Connection:"));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  TestClient client(port());
  client.Send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "\r\nPOST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n"
      "GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  for (const char* body : {"/1 ", "/2 abc", "/3 de", "/4 "}) {
    const auto answer = client.Read();
    ASSERT_TRUE(answer) << body;
    EXPECT_EQ(answer->body, body);
  }
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(ServerTest, ReadsARequestThatArrivesByteByByte) {
  TestClient client(port());
  for (const char c :
       std::string("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")) {
    client.Send(std::string(1, c));
  }
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "/slow hi");
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  TestClient client(port());
  client.Send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = client.Read(/*has_body=*/false);
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->HeadContains("Content-Length: 5\r\n"));
  const auto next = client.Read();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "/next ");
}

TEST_F(ServerTest, SpeaksHttp10) {
  TestClient closing(port());
  closing.Send("GET /a HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(closing.Read());
  EXPECT_TRUE(closing.IsClosed());
  TestClient keeping(port());
  for (int i = 0; i < 2; ++i) {
    keeping.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = keeping.Read();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->HeadContains("Connection: keep-alive\r\n"));
  }
}

TEST_F(ServerTest, InvitesABodyThatWaitsToBeInvited) {
  TestClient client(port());
  client.Send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const auto invitation = client.Read(/*has_body=*/false);
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->status, 100);
  client.Send("hi");
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "/a hi");
}

TEST_F(ServerTest, AnswersAHandlerThatThrowsWith500AndGoesOn) {
  TestClient client(port());
  client.Send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto failed = client.Read();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->status, 500);
  EXPECT_EQ(failed->body.find("on purpose"), std::string::npos);
  const auto next = client.Read();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->status, 200);
}

TEST_F(ServerTest, CountsWhatItDoes) {
  TestClient client(port());
  client.Send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(client.Read());
  EXPECT_EQ(server_->Stats().connections, 1);
  EXPECT_EQ(server_->Stats().responses.at(2), 1);
}

class FileServerTest : public ServerFixture {};

// Far more than a socket's buffer holds, read by a client that is slow to begin.
TEST_F(FileServerTest, SendsALargeFileWhole) {
  constexpr std::size_t kSize = 32 * 1024 * 1024;
  std::string content(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) content[i] = static_cast<char>(i * 7 + i / 4096);
  const UniqueFd file(::memfd_create("picture", MFD_CLOEXEC));
  ASSERT_EQ(::pwrite(file.get(), content.data(), kSize, 0), static_cast<ssize_t>(kSize));
  StartServer(ShortLimits(), [&file](Request&) -> Task<Response> {
    Response response;
    response.body = FileSlice{.fd = std::make_shared<const UniqueFd>(::dup(file.get())),
                              .offset = 1,
                              .length = kSize - 1};
    co_return response;
  });
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this, &content] {
      TestClient client(port());
      client.Send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nHEAD /b HTTP/1.1\r\nHost: a\r\n\r\n");
      const auto answer = client.Read();
      ASSERT_TRUE(answer);
      EXPECT_TRUE(answer->body == std::string_view(content).substr(1));
      EXPECT_TRUE(client.Read(/*has_body=*/false));
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST_F(FileServerTest, CutsTheConnectionWhenAFileIsShorterThanAnnounced) {
  const UniqueFd file(::memfd_create("picture", MFD_CLOEXEC));
  ASSERT_EQ(::pwrite(file.get(), "abc", 3, 0), 3);
  StartServer(ShortLimits(), [&file](Request&) -> Task<Response> {
    Response response;
    response.body = FileSlice{
        .fd = std::make_shared<const UniqueFd>(::dup(file.get())), .offset = 0, .length = 10};
    co_return response;
  });
  TestClient client(port());
  client.Send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_FALSE(client.Read());
}

}  // namespace
}  // namespace image_cache
