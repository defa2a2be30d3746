#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "native-server/http/await_callback.h"
#include "tests/native-server/base/eventually.h"
#include "tests/native-server/http/server/server_fixture.h"

namespace image_cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Handlers wait until the test lets them go, as a request for a slow download does.
class ServerDrainTest : public ServerFixture {
 protected:
  void SetUp() override {
    StartServer(ShortLimits(), [this](Request&) -> Task<Response> {
      auto start = [this](std::function<void(int)> done) { waiting_.set_value(std::move(done)); };
      const int value = co_await AwaitCallback<int>(start);
      Response response;
      response.body = std::to_string(value);
      co_return response;
    });
  }

  [[nodiscard]] bool CanConnect() const {
    try {
      const TestClient client(port());
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  std::promise<std::function<void(int)>> waiting_;
};

TEST_F(ServerDrainTest, FinishesWhatRunsAndClosesWhatIdles) {
  TestClient idle(port());
  TestClient busy(port());
  busy.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto finish = waiting_.get_future().get();
  // The idle one may wait yet.
  ASSERT_TRUE(Eventually([&] { return server_->Stats().connections >= 2; }));
  auto drained = std::async(std::launch::async, [this] { return server_->Drain(seconds(10)); });
  EXPECT_TRUE(idle.IsClosed());
  ASSERT_TRUE(Eventually([&] { return !CanConnect(); }));
  finish(42);
  const auto answer = busy.Read();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "42");
  EXPECT_TRUE(answer->HeadContains("Connection: close\r\n"));
  busy.CloseSending();
  EXPECT_TRUE(drained.get());
}

TEST_F(ServerDrainTest, CutsOffWhatTakesTooLong) {
  TestClient busy(port());
  busy.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto finish = waiting_.get_future().get();
  EXPECT_FALSE(server_->Drain(milliseconds(20)));
  finish(42);  // late, from a service that is just being destroyed: harmless
  server_.reset();
  EXPECT_FALSE(busy.Read());
}

TEST_F(ServerDrainTest, EndsAtOnceWithoutConnections) {
  EXPECT_TRUE(server_->Drain(seconds(10)));
  EXPECT_TRUE(server_->draining());
}

TEST(AwaitCallbackTest, ResumesOnItsOwnThreadWhereverTheCallbackRuns) {
  boost::asio::io_context io(1);
  std::thread::id resumed;
  std::unique_ptr<int> result;
  auto task = [&]() -> Task<void> {
    auto start = [](std::function<void(std::shared_ptr<int>)> done) {
      std::thread([done = std::move(done)] { done(std::make_shared<int>(7)); }).detach();
    };
    const auto value = co_await AwaitCallback<std::shared_ptr<int>>(start);
    resumed = std::this_thread::get_id();
    result = std::make_unique<int>(*value);
  };
  boost::asio::co_spawn(io.get_executor(), task(), boost::asio::detached);
  io.run();
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 7);
  EXPECT_EQ(resumed, std::this_thread::get_id());
}

}  // namespace
}  // namespace image_cache
