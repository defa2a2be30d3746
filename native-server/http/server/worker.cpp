#include "native-server/http/server/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "native-server/http/message/problem.h"

namespace image_cache {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto kTuple = asio::as_tuple(kUseTask);
// How long accepting rests when the process has no descriptors left.
constexpr milliseconds kAcceptPause{100};

// A quarter of the shortest deadline is near enough, and once a second is often enough.
milliseconds WatchInterval(const HttpLimits& limits) {
  const milliseconds shortest =
      std::min({limits.head_time, limits.body_time, limits.idle_time, limits.stall_time,
                limits.growth_time, limits.linger_time});
  return std::clamp(shortest / 4, milliseconds(5), milliseconds(1000));
}

}  // namespace

Worker::Worker(UniqueFd listener, bool ipv6, ServerState& state, std::size_t index)
    : state_(state),
      readiness_(io_),
      thread_{
          .index = index, .executor = io_.get_executor(), .readiness = readiness_, .received = {}},
      acceptor_(io_),
      watch_(io_),
      pause_(io_) {
  acceptor_.assign(ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), listener.release());
}

// Who sleeps is held by nobody but itself.
Worker::~Worker() {
  for (auto at = connections_.begin(); at != connections_.end();) (at++)->Abandon();
}

void Worker::Run() {
  Spawn(readiness_.Run());
  Spawn(Accept());
  Spawn(WatchDeadlines());
  io_.run();
}

void Worker::StartDraining() {
  asio::post(io_, [this] {
    draining_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (Connection& connection : connections_) connection.CloseIfIdle();
    for (WebSocket& socket : web_sockets_) socket.GoAway();
    watch_.cancel();  // it ends when there is nothing left to watch
  });
}

void Worker::Stop() { io_.stop(); }

Task<void> Worker::Accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kTuple);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors or memory; a client that gave up early also comes here and costs
      // nothing.
      spdlog::warn("cannot accept a connection: {}", error.message());
      pause_.expires_after(kAcceptPause);
      co_await pause_.async_wait(kTuple);
      continue;
    }
    if (state_.connections.load(std::memory_order_relaxed) >= state_.limits.connections) {
      state_.connections_refused.fetch_add(1, std::memory_order_relaxed);
      Spawn(Refuse(std::move(socket)));
    } else {
      socket.set_option(asio::ip::tcp::no_delay(true), error);
      if (!error) socket.native_non_blocking(true, error);
      // Asio lets go of it: from here on it is the thread's own set that says what it is ready for.
      UniqueFd fd(error ? -1 : socket.release(error));
      if (fd) Spawn(Serve(std::move(fd)));
    }
  }
}

Task<void> Worker::Serve(UniqueFd socket) {
  Connection connection(std::move(socket), state_, thread_);
  connections_.push_back(connection);
  if (auto upgraded = co_await connection.Run()) ServeWebSocket(std::move(*upgraded));
}

// On its own: what the connection has needed is not kept as long as the WebSocket lives.
void Worker::ServeWebSocket(UpgradedConnection connection) {
  auto socket = WebSocket::Create(std::move(connection), state_, io_.get_executor());
  web_sockets_.push_back(*socket);
  if (draining_) socket->GoAway();
  Spawn(WebSocket::Run(std::move(socket)));
}

// One try, without waiting: whoever is over the limit must not cost more than this.
Task<void> Worker::Refuse(Socket socket) {
  error_code ignored;
  socket.native_non_blocking(true, ignored);
  const Response problem = MakeProblem(kTooManyConnectionsProblem, "Try again later.");
  const std::string answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: "
      "close\r\nContent-Length: " +
      std::to_string(BodyLength(problem.body)) + "\r\n" + problem.header_lines + "\r\n" +
      std::get<std::string>(problem.body);
  socket.write_some(asio::buffer(answer), ignored);
  socket.shutdown(Socket::shutdown_both, ignored);
  co_return;
}

Task<void> Worker::WatchDeadlines() {
  const milliseconds interval = WatchInterval(state_.limits);
  while (!draining_ || !connections_.empty() || !web_sockets_.empty()) {
    watch_.expires_after(draining_ ? std::min(interval, milliseconds(20)) : interval);
    co_await watch_.async_wait(kTuple);
    const auto now = std::chrono::steady_clock::now();
    for (Connection& connection : connections_) connection.CheckDeadline(now);
    for (WebSocket& socket : web_sockets_) socket.CheckDeadline(now);
    if (state_.tidy) state_.tidy(thread_.index);
  }
  readiness_.Close();
}

}  // namespace image_cache
