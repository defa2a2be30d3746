#include "native-server/http/connection.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <memory>

#include "native-server/http/date.h"
#include "native-server/http/problem.h"
#include "native-server/http/transmission.h"

namespace image_cache {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr auto kTuple = asio::as_tuple(kUseTask);
constexpr std::size_t kHeadReadBytes = 4 * 1024;
constexpr std::size_t kBodyReadBytes = 64 * 1024;
// Room for a head at its limit and for the start of what follows it.
constexpr std::size_t kBufferBytes = 128 * 1024;

void AppendNumber(std::string& text, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

Connection::Connection(Socket socket, ServerState& state, std::size_t thread)
    : socket_(std::move(socket)), state_(state), buffer_(kBufferBytes) {
  request_.set_thread(thread);
  state_.connections.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() { state_.connections.fetch_sub(1, std::memory_order_relaxed); }

Task<void> Connection::Run() {
  for (bool keep_alive = true; keep_alive;) {
    Read read = co_await ReadHead();
    if (read == Read::kDone && !parser_->is_done()) read = co_await ReadBody();
    if (read == Read::kClosed) co_return;
    if (read == Read::kRefused) {
      if (co_await Send(refusal_, false)) co_await Linger();
      co_return;
    }
    WaitFor(Wait::kNothing, {});
    Answer answer = Handle();
    if (auto* task = std::get_if<Task<Response>>(&answer))
      answer = co_await Await(std::move(*task));
    auto& response = std::get<Response>(answer);
    if (auto* body = std::get_if<GrowingSlice>(&response.body);
        body != nullptr && !body->length && parser_->is_http_1_0()) {
      if (!co_await AwaitLength(*body)) co_return;
    }
    keep_alive = parser_->keep_alive() && !response.close &&
                 !state_.draining.load(std::memory_order_relaxed);
    if (!co_await Send(response, keep_alive)) co_return;
    served_before_ = true;
  }
  co_await Linger();
}

Task<Connection::Read> Connection::ReadHead() {
  parser_.emplace(request_, state_.limits);
  const auto& limits = state_.limits;
  WaitFor(Wait::kNextRequest, served_before_ ? limits.idle_time : limits.head_time);
  for (;;) {
    // RFC 9112 §2.2: an empty line before a request is skipped.
    while (!parser_->got_some() && buffer_.size() >= 2 &&
           std::string_view(static_cast<const char*>(buffer_.data().data()), 2) == "\r\n") {
      buffer_.consume(2);
    }
    if (buffer_.size() > 0) {
      if (wait_ == Wait::kNextRequest) WaitFor(Wait::kHead, limits.head_time);
      error_code error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error && error != http::error::need_more) co_return RefuseParse(error);
      if (parser_->is_header_done()) co_return Read::kDone;
    } else if (state_.draining.load(std::memory_order_relaxed)) {
      co_return Read::kClosed;
    }
    if (const Read read = co_await ReadSome(kHeadReadBytes); read != Read::kDone) co_return read;
  }
}

Task<Connection::Read> Connection::ReadBody() {
  WaitFor(Wait::kBody, state_.limits.body_time);
  if (parser_->expects_continue() && buffer_.size() == 0 && !parser_->is_http_1_0()) {
    if (!co_await SendContinue()) co_return Read::kClosed;
    WaitFor(Wait::kBody, state_.limits.body_time);
  }
  for (;;) {
    error_code error;
    while (buffer_.size() > 0 && !error && !parser_->is_done()) {
      buffer_.consume(parser_->put(buffer_.data(), error));
    }
    if (error && error != http::error::need_more) co_return RefuseParse(error);
    if (parser_->is_done()) co_return Read::kDone;
    if (const Read read = co_await ReadSome(kBodyReadBytes); read != Read::kDone) co_return read;
  }
}

Task<Connection::Read> Connection::ReadSome(std::size_t size_bytes) {
  const std::size_t room = std::min(size_bytes, buffer_.max_size() - buffer_.size());
  if (room == 0) co_return RefuseParse(http::error::buffer_overflow);  // a chunk head without end
  auto [error, count] = co_await socket_.async_read_some(buffer_.prepare(room), kTuple);
  buffer_.commit(count);
  if (!error) co_return Read::kDone;
  if (timed_out_ && (wait_ == Wait::kHead || wait_ == Wait::kBody)) {
    refusal_ = MakeProblem(kRequestTimeoutProblem, "The request did not arrive in time.");
    co_return Read::kRefused;
  }
  co_return Read::kClosed;
}

Connection::Read Connection::RefuseParse(error_code error) {
  const bool head_limit = error == http::error::header_limit;
  const std::string_view unread(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  if (error == http::error::body_limit) {
    refusal_ = MakeProblem(kBodyTooLargeProblem, "A request's body may have up to 8 MiB.");
  } else if (parser_->target_too_long() ||
             (head_limit && !parser_->has_request_line() &&
              unread.substr(0, state_.limits.target_bytes).find('\n') == std::string_view::npos)) {
    refusal_ = MakeProblem(kUrlTooLongProblem, "A URL may have up to 8 KiB.");
  } else if (head_limit) {
    refusal_ = MakeProblem(kHeadTooLargeProblem, "A request's head may have up to 16 KiB.");
  } else {
    refusal_ = MakeProblem(kInvalidRequestProblem, "The request could not be understood.");
  }
  return Read::kRefused;
}

Answer Connection::Handle() {
  try {
    return state_.handler(request_);
  } catch (const std::exception& error) {
    return AnswerFailure(error);
  }
}

Task<Response> Connection::Await(Task<Response> response) {
  try {
    co_return co_await std::move(response);
  } catch (const std::exception& error) {
    co_return AnswerFailure(error);
  }
}

Response Connection::AnswerFailure(const std::exception& error) {
  spdlog::error("a request to {} failed: {}", request_.path(), error.what());
  return MakeProblem(kInternalProblem, "The server's log says more.");
}

Task<bool> Connection::Send(const Response& response, bool keep_alive) {
  state_.CountResponse(response.status);
  WriteHead(response, keep_alive);
  const bool with_body = request_.method() != Method::kHead && StatusHasBody(response.status);
  co_return co_await Transmit(head_, with_body ? &response.body : nullptr);
}

Task<bool> Connection::SendContinue() {
  co_return co_await Transmit("HTTP/1.1 100 Continue\r\n\r\n", nullptr);
}

Task<bool> Connection::Transmit(std::string_view head, const Body* body) {
  Transmission transmission(socket_.native_handle(), head, body);
  for (;;) {
    const auto sent = transmission.Continue();
    if (sent == Transmission::State::kDone) co_return true;
    if (sent == Transmission::State::kFailed) co_return false;
    if (sent == Transmission::State::kWaiting) {
      const GrowingTransmission& growing = *transmission.growing();
      if (!co_await AwaitGrowth(growing.file(), growing.position())) co_return false;
      continue;
    }
    WaitFor(Wait::kWrite, state_.limits.stall_time);
    if (sent == Transmission::State::kProgress) {
      co_await asio::post(socket_.get_executor(), kUseTask);
    } else {
      auto [error] = co_await socket_.async_wait(Socket::wait_write, kTuple);
      if (error) co_return false;
    }
  }
}

// The connection waits for its socket, so that a client that leaves and a deadline end the wait as
// they end any other; growth ends it too, by cancelling it on the connection's own thread.
Task<bool> Connection::AwaitGrowth(GrowingFile& file, std::uint64_t size_bytes) {
  struct Wakeup {
    Socket* socket;  // null once the wait is over: a wake that is late must not cancel another
  };
  struct Ending {
    Wakeup& wakeup;
    ~Ending() { wakeup.socket = nullptr; }
  };
  const auto wakeup = std::make_shared<Wakeup>(Wakeup{&socket_});
  const Ending ending{*wakeup};
  const GrowingFile::Watch watch =
      file.WatchBeyond(size_bytes, [wakeup, executor = socket_.get_executor()] {
        asio::post(executor, [wakeup] {
          error_code ignored;
          if (wakeup->socket != nullptr) wakeup->socket->cancel(ignored);
        });
      });
  WaitFor(Wait::kGrowth, state_.limits.growth_time);
  auto [error] = co_await socket_.async_wait(Socket::wait_error, kTuple);
  co_return error == asio::error::operation_aborted && !timed_out_ && socket_.is_open();
}

Task<bool> Connection::AwaitLength(GrowingSlice& body) {
  for (;;) {
    const GrowingFile::Progress progress = body.file->progress();
    if (progress.state == GrowingFile::State::kFailed) co_return false;
    if (progress.state == GrowingFile::State::kWhole) {
      body.length = progress.size_bytes - body.offset;
      co_return true;
    }
    if (!co_await AwaitGrowth(*body.file, progress.size_bytes)) co_return false;
  }
}

// Closing while the client still sends would reset the connection, and the reset can overtake the
// answer. So our side is closed first and what still comes is thrown away for a while (RFC 9112
// §9.6).
Task<void> Connection::Linger() {
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  timed_out_ = false;
  WaitFor(Wait::kWrite, state_.limits.linger_time);
  while (!error && !timed_out_) {
    buffer_.clear();
    auto [read_error, count] =
        co_await socket_.async_read_some(buffer_.prepare(kBodyReadBytes), kTuple);
    error = read_error;
  }
}

void Connection::WriteHead(const Response& response, bool keep_alive) {
  head_.assign("HTTP/1.1 ");
  AppendNumber(head_, static_cast<std::uint64_t>(response.status));
  head_.append(" ").append(ReasonPhrase(response.status)).append("\r\nDate: ");
  head_.append(CurrentHttpDate()).append("\r\n");
  if (StatusHasBody(response.status)) {
    if (const auto length = KnownLength(response.body)) {
      head_.append("Content-Length: ");
      AppendNumber(head_, *length);
      head_.append("\r\n");
    } else {
      head_.append("Transfer-Encoding: chunked\r\n");
    }
  }
  head_.append(response.header_lines).append(response.shared_lines);
  if (!keep_alive) {
    head_.append("Connection: close\r\n");
  } else if (parser_->is_http_1_0()) {
    head_.append("Connection: keep-alive\r\n");
  }
  head_.append("\r\n");
}

void Connection::WaitFor(Wait wait, std::chrono::milliseconds at_most) {
  wait_ = wait;
  deadline_ =
      wait == Wait::kNothing ? TimePoint::max() : std::chrono::steady_clock::now() + at_most;
}

void Connection::CheckDeadline(TimePoint now) {
  if (now < deadline_) return;
  deadline_ = TimePoint::max();
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::CloseIfIdle() {
  if (wait_ == Wait::kNextRequest) Abort();
}

void Connection::Abort() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace image_cache
