#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <mutex>
#include <vector>

#include "native-server/http/websocket/upgrade.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/http/server/server_fixture.h"
#include "tests/native-server/http/websocket/web_socket_client.h"

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TestSource final : public MessageSource {
 public:
  void Put(std::string text) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::make_shared<const std::string>(std::move(text)));
    if (wake_) wake_();
  }
  [[nodiscard]] bool is_open() const {
    const std::lock_guard lock(mutex_);
    return wake_ != nullptr;
  }
  [[nodiscard]] bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_ > 0;
  }
  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return texts_.size();
  }
  [[nodiscard]] int times_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  void Open(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  std::shared_ptr<const std::string> Next() override {
    const std::lock_guard lock(mutex_);
    if (texts_.empty()) return nullptr;
    auto text = std::move(texts_.front());
    texts_.pop_front();
    return text;
  }
  void Close() override {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    ++closed_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> texts_;
  std::function<void()> wake_;
  int closed_ = 0;
};

class WebSocketTest : public ServerFixture {
 protected:
  // Every request gets the one source.
  void Start(const HttpLimits& limits = ShortLimits()) {
    StartServer(limits, [this](Request& request) -> Answer {
      if (auto refusal = RefuseHandshake(request)) return std::move(*refusal);
      return MakeUpgrade(request, source_);
    });
  }
  void AwaitNoSockets() const {
    ASSERT_TRUE(Eventually([&] { return server_->Stats().web_sockets == 0; }));
  }

  std::shared_ptr<TestSource> source_ = std::make_shared<TestSource>();
};

TEST_F(WebSocketTest, AnswersTheHandshakeOfTheStandardsExample) {
  Start();
  WebSocketClient client(port());
  const auto answer = client.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 101);
  EXPECT_TRUE(answer->HeadContains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  EXPECT_FALSE(answer->HeadContains("Sec-WebSocket-Extensions"));
  ASSERT_TRUE(Eventually([&] { return source_->is_open(); }));
  EXPECT_EQ(server_->Stats().web_sockets, 1);
  EXPECT_EQ(server_->Stats().connections, 1);
}

TEST_F(WebSocketTest, SendsWhatItsSourceHasInOrder) {
  Start();
  source_->Put("before");
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  EXPECT_EQ(client.ReadFrame()->payload, "before");
  const std::string long_text(100'000, 'x');
  source_->Put("one");
  source_->Put(long_text);
  source_->Put("three");
  for (const std::string& text : {std::string("one"), long_text, std::string("three")}) {
    const auto frame = client.ReadFrame();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->opcode, kTextFrame);
    EXPECT_EQ(frame->payload, text);
  }
}

TEST_F(WebSocketTest, ReadsAndIgnoresWhatAClientSays) {
  Start();
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  client.SendFrame(kTextFrame, "hello, ", /*is_last=*/false);
  client.SendFrame(kPingFrame, "are you there?");
  client.SendFrame(kContinuationFrame, "server");
  const auto pong = client.ReadFrame();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->opcode, kPongFrame);
  EXPECT_EQ(pong->payload, "are you there?");
  source_->Put("still here");
  EXPECT_EQ(client.ReadFrame()->payload, "still here");
}

TEST_F(WebSocketTest, EndsWithWhoeverBreaksTheRules) {
  struct Case {
    int close_code;
    void (*misbehave)(WebSocketClient& client);
  };
  const std::vector<Case> cases = {
      {1009, [](WebSocketClient& client) { client.SendFrame(kTextFrame, std::string(4097, 'x')); }},
      {1009,
       [](WebSocketClient& client) {
         client.SendFrame(kTextFrame, std::string(4000, 'x'), /*is_last=*/false);
         client.SendFrame(kContinuationFrame, std::string(97, 'x'));
       }},
      {1002, [](WebSocketClient& client) { client.SendFrame(kTextFrame, "bare", true, false); }},
      {1002, [](WebSocketClient& client) { client.SendFrame(3, "an unknown kind"); }},
      {1002, [](WebSocketClient& client) { client.SendFrame(kContinuationFrame, "of nothing"); }},
      {1007, [](WebSocketClient& client) { client.SendFrame(kTextFrame, "\xff\xfe"); }},
  };
  Start();
  for (const Case& one : cases) {
    WebSocketClient client(port());
    ASSERT_TRUE(client.ReadAnswer());
    one.misbehave(client);
    const auto frame = client.ReadFrame();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->opcode, kCloseFrame);
    EXPECT_EQ(frame->close_code(), one.close_code);
    EXPECT_TRUE(client.IsClosed());
  }
  AwaitNoSockets();
  EXPECT_EQ(source_->times_closed(), static_cast<int>(cases.size()));
}

TEST_F(WebSocketTest, AnswersAGoodbye) {
  Start();
  {
    WebSocketClient client(port());
    ASSERT_TRUE(client.ReadAnswer());
    client.SendFrame(kCloseFrame, "\x03\xe8");
    EXPECT_EQ(client.ReadFrame()->close_code(), 1000);
    EXPECT_TRUE(client.IsClosed());
  }
  AwaitNoSockets();
}

TEST_F(WebSocketTest, LetsGoOfWhoeverVanishes) {
  Start();
  {
    WebSocketClient client(port());
    ASSERT_TRUE(client.ReadAnswer());
    ASSERT_TRUE(Eventually([&] { return source_->is_open(); }));
  }
  AwaitNoSockets();
  EXPECT_TRUE(source_->is_closed());
  EXPECT_EQ(server_->Stats().connections, 0);
}

TEST_F(WebSocketTest, PingsWhoeverIsSilentAndCutsOffWhoeverIsGone) {
  HttpLimits limits = ShortLimits();
  limits.web_socket_idle_time = milliseconds(100);
  Start(limits);
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  const auto ping = client.ReadFrame();
  ASSERT_TRUE(ping);
  EXPECT_EQ(ping->opcode, kPingFrame);
  // It says nothing more, as a machine that has lost its network.
  AwaitNoSockets();
}

TEST_F(WebSocketTest, CutsOffWhoeverDoesNotRead) {
  HttpLimits limits = ShortLimits();
  limits.stall_time = milliseconds(100);
  Start(limits);
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  for (int i = 0; i < 200; ++i) source_->Put(std::string(64 * 1024, 'x'));
  AwaitNoSockets();
  EXPECT_GT(source_->waiting(), 0);  // the kernel did not take it all
}

// Its pongs fill the kernel's buffer, and then nothing is read of it any more either.
TEST_F(WebSocketTest, CutsOffWhoeverPingsAndReadsNoPong) {
  HttpLimits limits = ShortLimits();
  limits.web_socket_idle_time = milliseconds(200);
  Start(limits);
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  constexpr int kPings = 20000;
  for (int i = 0; i < kPings && server_->Stats().web_sockets > 0; ++i) {
    client.SendFrame(kPingFrame, std::string(125, 'x'));
  }
  AwaitNoSockets();
}

TEST_F(WebSocketTest, TurnsAwayWhoeverIsTooMany) {
  HttpLimits limits = ShortLimits();
  limits.web_sockets = 1;
  Start(limits);
  WebSocketClient first(port());
  ASSERT_EQ(first.ReadAnswer()->status, 101);
  WebSocketClient second(port());
  const auto answer = second.ReadAnswer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_NE(answer->body.find("too-many-websockets"), std::string::npos);
  EXPECT_EQ(server_->Stats().web_sockets_refused, 1);
}

TEST_F(WebSocketTest, DoesNotBeginBeforeTheHandshakeIsAnswered) {
  Start();
  TestClient impatient(port());
  impatient.Send(std::string(WebSocketClient::kHandshake) + "more");
  EXPECT_EQ(impatient.Read()->status, 400);
  TestClient old(port());
  std::string handshake(WebSocketClient::kHandshake);
  handshake.replace(handshake.find("HTTP/1.1"), 8, "HTTP/1.0");
  old.Send(handshake);
  EXPECT_EQ(old.Read()->status, 400);
  AwaitNoSockets();
}

TEST_F(WebSocketTest, SaysGoodbyeWhenTheServerStops) {
  Start();
  WebSocketClient client(port());
  ASSERT_TRUE(client.ReadAnswer());
  ASSERT_TRUE(Eventually([&] { return source_->is_open(); }));
  auto drained = std::async(std::launch::async, [this] { return server_->Drain(seconds(10)); });
  const auto frame = client.ReadFrame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1001);
  client.SendFrame(kCloseFrame, frame->payload);
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(drained.get());
}

TEST_F(WebSocketTest, DoesNotWaitLongForAnAnswerWhenTheServerStops) {
  Start();
  WebSocketClient silent(port());
  WebSocketClient stuck(port());
  ASSERT_TRUE(silent.ReadAnswer());
  ASSERT_TRUE(stuck.ReadAnswer());
  for (int i = 0; i < 200; ++i) source_->Put(std::string(64 * 1024, 'x'));
  ASSERT_TRUE(Eventually([&] { return source_->waiting() != 200; }));
  EXPECT_TRUE(server_->Drain(seconds(10)));
}

}  // namespace
}  // namespace image_cache
