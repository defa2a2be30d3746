#include "native-server/http/websocket/web_socket.h"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "native-server/base/clock.h"
#include "native-server/http/spawn.h"

namespace image_cache {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

constexpr auto kTuple = asio::as_tuple(kUseTask);

// What the kernel may hold for a client that does not read. It grows to megabytes when it is not
// told, and what waits in the source's queue can still be left out.
constexpr int kSendBufferBytes = 32 * 1024;

Socket MakeSocket(const Executor& executor, UniqueFd fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  (void)::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof(kSendBufferBytes));
  const bool is_ipv6 = address.ss_family == AF_INET6;
  return {executor, is_ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), fd.release()};
}

}  // namespace

struct WebSocket::Stream {
  websocket::stream<Socket, /*deflateSupported=*/false> web;
  boost::beast::flat_buffer received;
  std::shared_ptr<const std::string> sent;  // while it is being sent

  Stream(Socket socket, const HttpLimits& limits) : web(std::move(socket)) {
    web.set_option(websocket::stream_base::timeout{.handshake_timeout = limits.linger_time,
                                                   .idle_timeout = limits.web_socket_idle_time,
                                                   .keep_alive_pings = true});
    web.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(http::field::server, "image-cache");  // else Beast names itself
    }));
    web.read_message_max(limits.web_socket_message_bytes);
    web.auto_fragment(false);
  }

  void CutOff() {
    error_code ignored;
    web.next_layer().close(ignored);
  }
};

std::shared_ptr<WebSocket> WebSocket::Create(UpgradedConnection connection, ServerState& state,
                                             const Executor& executor) {
  return std::shared_ptr<WebSocket>(new WebSocket(std::move(connection), state, executor));
}

WebSocket::WebSocket(UpgradedConnection connection, ServerState& state, const Executor& executor)
    : state_(state),
      executor_(executor),
      upgrade_(std::move(connection.upgrade)),
      stream_(std::make_unique<Stream>(MakeSocket(executor, std::move(connection.socket)),
                                       state.limits)) {
  state_.connections.fetch_add(1, std::memory_order_relaxed);
  state_.web_sockets.fetch_add(1, std::memory_order_relaxed);
}

WebSocket::~WebSocket() {
  state_.connections.fetch_sub(1, std::memory_order_relaxed);
  state_.web_sockets.fetch_sub(1, std::memory_order_relaxed);
  upgrade_->source->Close();
}

Task<void> WebSocket::Run(std::shared_ptr<WebSocket> self) {
  co_await self->Accept();
  auto& [web, received, sent] = *self->stream_;
  while (self->is_open_) {
    const auto [error, count] = co_await web.async_read(received, kTuple);
    if (error) co_return;
    received.consume(count);
    received.shrink_to_fit();  // nothing is kept for one that is silent
  }
}

Task<void> WebSocket::Accept() {
  // The handshake was judged already; these are the fields that Beast looks for.
  http::request<http::empty_body> request(http::verb::get, "/", 11);
  request.set(http::field::host, "-");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::connection, "upgrade");
  request.set(http::field::sec_websocket_key, upgrade_->key);
  request.set(http::field::sec_websocket_version, "13");
  const auto [error] = co_await stream_->web.async_accept(request, kTuple);
  is_open_ = !error;
  if (!is_open_) co_return;
  state_.CountResponse(101);
  upgrade_->source->Open([weak = weak_from_this(), executor = executor_] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->StartSending();
    });
  });
  if (is_going_) Spawn(executor_, SayGoodbye(shared_from_this()));
  StartSending();
}

void WebSocket::StartSending() {
  if (!is_open_ || is_sending_ || is_going_) return;
  is_sending_ = true;
  Spawn(executor_, Send(shared_from_this()));
}

Task<void> WebSocket::Send(std::shared_ptr<WebSocket> self) {
  auto& [web, received, sent] = *self->stream_;
  while (!self->is_going_) {
    sent = self->upgrade_->source->Next();
    if (sent == nullptr) break;
    self->deadline_ = CoarseMonotonicNow() + self->state_.limits.stall_time;
    const auto [error, count] = co_await web.async_write(asio::buffer(*sent), kTuple);
    if (error) break;  // the read finds out as well, and ends it all
  }
  sent.reset();
  self->is_sending_ = false;
  if (!self->is_going_) self->deadline_ = TimePoint::max();
}

void WebSocket::CheckDeadline(TimePoint now) {
  if (now < deadline_) return;
  deadline_ = TimePoint::max();
  stream_->CutOff();
}

void WebSocket::GoAway() {
  if (std::exchange(is_going_, true)) return;
  deadline_ = CoarseMonotonicNow() + state_.limits.linger_time;
  if (is_open_) Spawn(executor_, SayGoodbye(shared_from_this()));
}

// Beast lets what is being written end first; the deadline says how long that may take.
Task<void> WebSocket::SayGoodbye(std::shared_ptr<WebSocket> self) {
  co_await self->stream_->web.async_close(websocket::close_code::going_away, kTuple);
}

}  // namespace image_cache
