// Answers whose body is a file that is still being written.

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <memory>

#include "tests/native-server/base/eventually.h"
#include "tests/native-server/http/server/server_fixture.h"

namespace image_cache {
namespace {

constexpr char kRequest[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class ServerGrowingTest : public ServerFixture {
 protected:
  // Serves `file_`; nothing is in it yet.
  void Serve(std::optional<std::uint64_t> announced_bytes,
             std::optional<std::uint64_t> answer_length, std::uint64_t offset = 0,
             const HttpLimits& limits = ShortLimits()) {
    UniqueFd fd(::memfd_create("growing", MFD_CLOEXEC));
    ASSERT_TRUE(fd);
    writer_ = fd.get();
    file_ = std::make_shared<GrowingFile>(std::move(fd), announced_bytes);
    StartServer(limits, [file = file_, offset, answer_length](Request&) -> Task<Response> {
      Response response;
      response.body = GrowingSlice{.file = file, .offset = offset, .length = answer_length};
      co_return response;
    });
  }

  void Append(const std::string& bytes) {
    ASSERT_EQ(::write(writer_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    written_ += bytes.size();
    file_->GrowTo(written_);
  }

  void AwaitNoConnection() {
    ASSERT_TRUE(Eventually([&] { return server_->Stats().connections == 0; }));
  }

  std::shared_ptr<GrowingFile> file_;
  int writer_ = -1;
  std::uint64_t written_ = 0;
};

TEST_F(ServerGrowingTest, SendsWhatIsThereAndThenTheRest) {
  Serve(10, 10);
  TestClient client(port());
  client.Send(kRequest);
  const auto head = client.Read(/*has_body=*/false);
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->HeadContains("Content-Length: 10\r\n"));
  Append("first");
  EXPECT_EQ(client.ReadBytes(5), "first") << "before there is more";
  Append("rest.");
  EXPECT_EQ(client.ReadBytes(5), "rest.");
  file_->Finish();
  client.Send(kRequest);
  EXPECT_EQ(client.Read()->body, "firstrest.") << "the same connection, the file whole by now";
}

TEST_F(ServerGrowingTest, SendsAPartFromItsMiddleAsSoonAsThatIsThere) {
  Serve(12, 4, /*offset=*/4);
  TestClient client(port());
  client.Send(kRequest);
  ASSERT_TRUE(client.Read(/*has_body=*/false));
  Append("0123");
  Append("45");
  EXPECT_EQ(client.ReadBytes(2), "45");
  Append("6789ab");
  EXPECT_EQ(client.ReadBytes(2), "67");
  client.Send(kRequest);
  EXPECT_EQ(client.Read()->body, "4567") << "and no byte of it was sent twice";
}

TEST_F(ServerGrowingTest, SendsAnUnknownLengthInChunks) {
  Serve(std::nullopt, std::nullopt);
  TestClient client(port());
  client.Send(kRequest);
  const auto head = client.Read(/*has_body=*/false);
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->HeadContains("Transfer-Encoding: chunked\r\n"));
  EXPECT_FALSE(head->HeadContains("Content-Length"));
  Append("first");
  EXPECT_EQ(client.ReadBytes(8), "5\r\nfirst");
  Append(std::string(20, 'x'));
  EXPECT_EQ(client.ReadBytes(26), "\r\n14\r\n" + std::string(20, 'x'));
  file_->Finish();
  EXPECT_EQ(client.ReadBytes(7), "\r\n0\r\n\r\n");
  client.Send(kRequest);
  EXPECT_TRUE(client.Read(/*has_body=*/false)) << "the connection is still good";
}

TEST_F(ServerGrowingTest, GivesAClientWithoutChunksTheLengthOnceItIsKnown) {
  Serve(std::nullopt, std::nullopt);
  TestClient client(port());
  client.Send("GET / HTTP/1.0\r\n\r\n");
  Append("first");
  Append("rest");
  file_->Finish();
  const auto answer = client.Read();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->HeadContains("Content-Length: 9\r\n"));
  EXPECT_EQ(answer->body, "firstrest");
}

TEST_F(ServerGrowingTest, GivesAClientWithoutChunksNoAnswerWhenTheFileFails) {
  Serve(std::nullopt, std::nullopt);
  TestClient client(port());
  client.Send("GET / HTTP/1.0\r\n\r\n");
  Append("first");
  file_->Fail();
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(ServerGrowingTest, BreaksOffWhenTheFileFails) {
  for (const std::optional<std::uint64_t> length : {std::optional<std::uint64_t>(10), {}}) {
    SCOPED_TRACE(length.value_or(0));
    written_ = 0;
    Serve(length, length);
    TestClient client(port());
    client.Send(kRequest);
    ASSERT_TRUE(client.Read(/*has_body=*/false));
    Append("first");
    const std::string seen = length ? "first" : "5\r\nfirst";
    EXPECT_EQ(client.ReadBytes(seen.size()), seen);
    file_->Fail();
    EXPECT_EQ(client.ReadBytes(1), "") << "no last chunk, and the length is not reached";
    AwaitNoConnection();
  }
}

TEST_F(ServerGrowingTest, AnswersHeadWithoutWaitingForTheBytes) {
  Serve(10, 10);
  TestClient client(port());
  client.Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = client.Read(/*has_body=*/false);
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->HeadContains("Content-Length: 10\r\n"));
}

TEST_F(ServerGrowingTest, GivesUpOnAFileThatDoesNotGrow) {
  HttpLimits limits = ShortLimits();
  limits.growth_time = std::chrono::milliseconds(50);
  Serve(10, 10, 0, limits);
  TestClient client(port());
  client.Send(kRequest);
  ASSERT_TRUE(client.Read(/*has_body=*/false));
  Append("first");
  EXPECT_EQ(client.ReadBytes(10), "first");
}

TEST_F(ServerGrowingTest, IsNotStalledByAFileThatGrowsSlowly) {
  HttpLimits limits = ShortLimits();
  limits.stall_time = std::chrono::milliseconds(5);
  limits.head_time = std::chrono::milliseconds(50);
  Serve(3, 3, 0, limits);
  TestClient client(port());
  client.Send(kRequest);
  ASSERT_TRUE(client.Read(/*has_body=*/false));
  Append("a");
  EXPECT_EQ(client.ReadBytes(1), "a");
  // A connection that says nothing is closed meanwhile, after ten times that deadline.
  EXPECT_TRUE(TestClient(port()).IsClosed());
  Append("bc");
  EXPECT_EQ(client.ReadBytes(2), "bc");
}

TEST_F(ServerGrowingTest, LetsGoOfAClientThatHasLeft) {
  Serve(10, 10);
  auto client = std::make_unique<TestClient>(port());
  client->Send(kRequest);
  ASSERT_TRUE(client->Read(/*has_body=*/false));
  Append("first");
  EXPECT_EQ(client->ReadBytes(5), "first");
  client.reset();
  // The first bytes meet a closed socket, whose reset ends the wait for the rest.
  Append("x");
  AwaitNoConnection();
  Append("rest");
  file_->Finish();
}

TEST_F(ServerGrowingTest, HoldsNobodyUpForAClientThatDoesNotRead) {
  constexpr std::size_t kPiece = 1 << 20;
  constexpr std::size_t kPieces = 16;
  Serve(kPiece * kPieces, kPiece * kPieces);
  TestClient idle(port());
  idle.Send(kRequest);
  TestClient busy(port());
  busy.Send(kRequest);
  ASSERT_TRUE(busy.Read(/*has_body=*/false));
  for (std::size_t i = 0; i < kPieces; ++i) {
    const std::string piece(kPiece, static_cast<char>('a' + i));
    Append(piece);
    EXPECT_EQ(busy.ReadBytes(kPiece), piece);
  }
  file_->Finish();
  const auto answer = idle.Read();
  ASSERT_TRUE(answer) << "and it gets everything when it reads at last";
  EXPECT_EQ(answer->body.size(), kPiece * kPieces);
  EXPECT_EQ(answer->body.back(), 'p');
}

}  // namespace
}  // namespace image_cache
