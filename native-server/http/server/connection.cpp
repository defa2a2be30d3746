#include "native-server/http/server/connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

#include "native-server/base/clock.h"
#include "native-server/http/message/problem.h"
#include "native-server/http/message/response_head.h"
#include "native-server/http/server/refusal.h"

namespace image_cache {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr std::size_t kHeadReadBytes = 4 * 1024;
constexpr std::size_t kBodyReadBytes = 64 * 1024;
// Room for a head at its limit and for the start of what follows it.
constexpr std::size_t kBufferBytes = 128 * 1024;
// So many answers, and then it is the turn of the thread's other connections: a client that always
// has the next request there already would have the thread to itself.
constexpr int kAnswersInTurn = 32;
constexpr int kSwitchingProtocols = 101;

}  // namespace

Connection::Connection(UniqueFd socket, ServerState& state, ConnectionThread& thread)
    : ReadySocket(std::move(socket), thread.readiness),
      state_(state),
      thread_(thread),
      buffer_(kBufferBytes),
      body_share_(state) {
  request_.set_thread(thread.index);
  state_.connections.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() { state_.connections.fetch_sub(1, std::memory_order_relaxed); }

Task<std::optional<UpgradedConnection>> Connection::Run() {
  for (bool keep_alive = true; keep_alive;) {
    if (++answered_in_turn_ > kAnswersInTurn) {
      answered_in_turn_ = 0;
      WaitFor(Wait::kNothing, {});
      co_await asio::post(thread_.executor, kUseTask);
    }
    BeginRequest();
    Read read = co_await ReadHead();
    if (read == Read::kDone && !parser_->is_done()) read = co_await ReadBody();
    if (read == Read::kClosed) co_return std::nullopt;
    if (read == Read::kRefused) {
      NoteBeginning();
      StartSending(refusal_, false);
      const bool sent = co_await FinishSending();
      LogAccess(refusal_.status, sent);
      if (sent) co_await Linger();
      co_return std::nullopt;
    }
    WaitFor(Wait::kNothing, {});
    if (!answer_) {
      NoteBeginning();
      answer_.emplace(HandleSafely(state_.handler, request_));
    }
    if (auto* task = std::get_if<Task<Response>>(&*answer_)) {
      *answer_ = co_await AwaitSafely(std::move(*task), request_);
    }
    auto& response = std::get<Response>(*answer_);
    if (const auto upgrade = response.upgrade) {
      auto refusal = RefuseUpgrade(state_, parser_->is_http_1_0() || buffer_.size() > 0);
      if (!refusal) {
        LogAccess(kSwitchingProtocols, true);
        co_return UpgradedConnection{.socket = Release(), .upgrade = upgrade};
      }
      response = std::move(*refusal);
    }
    if (auto* body = std::get_if<GrowingSlice>(&response.body);
        body != nullptr && !body->length && parser_->is_http_1_0()) {
      if (!co_await AwaitLength(*body)) {
        LogAccess(response.status, false);
        co_return std::nullopt;
      }
    }
    keep_alive = StaysOpenAfter(response);
    if (!transmission_) StartSending(response, keep_alive);
    const bool sent = co_await FinishSending();
    LogAccess(response.status, sent);
    if (!sent) co_return std::nullopt;
    served_before_ = true;
  }
  co_await Linger();
  co_return std::nullopt;
}

void Connection::BeginRequest() {
  transmission_.reset();
  answer_.reset();
  parse_error_ = {};
  parser_.emplace(request_, state_.limits);
  body_share_.Release();
  WaitFor(Wait::kNextRequest, served_before_ ? state_.limits.idle_time : state_.limits.head_time);
}

Task<Connection::Read> Connection::ReadHead() {
  for (;;) {
    if (buffer_.size() > 0) {
      if (wait_ == Wait::kNextRequest) WaitFor(Wait::kHead, state_.limits.head_time);
      Parse();
    } else if (state_.draining.load(std::memory_order_relaxed) && !parser_->got_some()) {
      co_return Read::kClosed;
    }
    if (parse_error_) co_return RefuseParse(parse_error_);
    if (parser_->is_header_done()) co_return Read::kDone;
    if (buffer_.size() == 0) buffer_.shrink_to_fit();  // nothing is kept for one that idles
    if (const Read read = co_await ReadSome(kHeadReadBytes); read != Read::kDone) co_return read;
  }
}

// As much of the buffer as belongs to the request's head.
void Connection::Parse() {
  // RFC 9112 §2.2: an empty line before a request is skipped.
  while (!parser_->got_some() && buffer_.size() >= 2 &&
         std::string_view(static_cast<const char*>(buffer_.data().data()), 2) == "\r\n") {
    buffer_.consume(2);
  }
  if (buffer_.size() == 0 || parser_->is_header_done() || parse_error_) return;
  buffer_.consume(parser_->put(buffer_.data(), parse_error_));
  if (parse_error_ == http::error::need_more) parse_error_ = {};
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
    if (!body_share_.Hold(request_.body().capacity())) {
      // Given back before the client learns of it, who may take its time to go.
      std::string().swap(request_.mutable_body());
      body_share_.Release();
      refusal_ = MakeBodyRefusal();
      co_return Read::kRefused;
    }
    if (parser_->is_done()) co_return Read::kDone;
    // What is left is a chunk's size or trailers that have no end yet: as long as a head at most.
    if (buffer_.size() > state_.limits.head_bytes) co_return RefuseParse(http::error::header_limit);
    if (const Read read = co_await ReadSome(kBodyReadBytes); read != Read::kDone) co_return read;
  }
}

// Done: there is more in the buffer, or ServeAsleep has left something to go on with.
Task<Connection::Read> Connection::ReadSome(std::size_t size_bytes) {
  const std::size_t room = std::min(size_bytes, buffer_.max_size() - buffer_.size());
  if (room == 0) co_return RefuseParse(http::error::buffer_overflow);  // a chunk head without end
  for (;;) {
    if (timed_out_ && (wait_ == Wait::kHead || wait_ == Wait::kBody)) {
      refusal_ = MakeProblem(kRequestTimeoutProblem, "The request did not arrive in time.");
      co_return Read::kRefused;
    }
    if (timed_out_) co_return Read::kClosed;
    const Received received = Receive(std::span(thread_.received).first(room));
    if (received.state == Received::State::kEnded) co_return Read::kClosed;
    if (received.state == Received::State::kBytes) {
      buffer_.commit(asio::buffer_copy(buffer_.prepare(received.count),
                                       asio::buffer(thread_.received, received.count)));
      co_return Read::kDone;
    }
    co_await Sleep();
    if (std::exchange(handed_over_, false)) co_return Read::kDone;
  }
}

bool Connection::ServeAsleep() {
  // Anything else is the middle of something, which the coroutine knows.
  if (wait_ != Wait::kNextRequest || buffer_.size() > 0 || timed_out_ ||
      state_.draining.load(std::memory_order_relaxed)) {
    return false;
  }
  for (int answered = 0; answered < kAnswersInTurn; ++answered) {
    const Received received = Receive(std::span(thread_.received).first(kHeadReadBytes));
    if (received.state == Received::State::kNothingYet) return true;
    if (received.state == Received::State::kEnded) return false;
    std::string_view bytes(thread_.received.data(), received.count);
    if (!AnswerAtOnce(bytes) || !bytes.empty()) {
      buffer_.commit(asio::buffer_copy(buffer_.prepare(bytes.size()), asio::buffer(bytes)));
      handed_over_ = true;
      return false;
    }
  }
  handed_over_ = true;  // nothing but the turn: it is the others'
  return false;
}

bool Connection::AnswerAtOnce(std::string_view& bytes) {
  if (bytes.starts_with('\r')) return false;  // an empty line before the request
  bytes.remove_prefix(parser_->put(asio::buffer(bytes), parse_error_));
  if (parse_error_ == http::error::need_more) {
    parse_error_ = {};
    WaitFor(Wait::kHead, state_.limits.head_time);
  }
  if (parse_error_ || !parser_->is_done()) return false;
  NoteBeginning();
  answer_.emplace(HandleSafely(state_.handler, request_));
  const auto* response = std::get_if<Response>(&*answer_);
  if (response == nullptr || !StaysOpenAfter(*response) || response->upgrade ||
      std::holds_alternative<GrowingSlice>(response->body)) {
    return false;
  }
  StartSending(*response, true);
  if (transmission_->Continue() != Transmission::State::kDone) return false;
  LogAccess(response->status, true);
  served_before_ = true;
  BeginRequest();
  return true;
}

Connection::Read Connection::RefuseParse(error_code error) {
  const std::string_view unread(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  refusal_ = MakeRefusal(error, *parser_, unread, state_.limits);
  return Read::kRefused;
}

bool Connection::StaysOpenAfter(const Response& response) const {
  return parser_->keep_alive() && !response.close &&
         !state_.draining.load(std::memory_order_relaxed);
}

void Connection::StartSending(const Response& response, bool keep_alive) {
  state_.CountResponse(response.status);
  WriteHead(response, {.keep_alive = keep_alive, .is_http_1_0 = parser_->is_http_1_0()}, head_);
  const bool with_body = request_.method() != Method::kHead && StatusHasBody(response.status);
  transmission_.emplace(fd(), head_, with_body ? &response.body : nullptr);
}

Task<bool> Connection::FinishSending() {
  for (;;) {
    const auto sent = transmission_->Continue();
    if (sent == Transmission::State::kDone) co_return true;
    if (sent == Transmission::State::kFailed) co_return false;
    if (sent == Transmission::State::kWaiting) {
      const GrowingTransmission& growing = *transmission_->growing();
      if (!co_await AwaitGrowth(growing.file(), growing.position())) co_return false;
      continue;
    }
    WaitFor(Wait::kWrite, state_.limits.stall_time);
    if (sent == Transmission::State::kProgress) {
      co_await asio::post(thread_.executor, kUseTask);
      continue;
    }
    AwaitRoomToWrite();
    while (!has_room_to_write() && !timed_out_ && !has_hung_up()) co_await Sleep();
    if (timed_out_) co_return false;
  }
}

Task<bool> Connection::SendContinue() {
  transmission_.emplace(fd(), "HTTP/1.1 100 Continue\r\n\r\n", nullptr);
  const bool sent = co_await FinishSending();
  transmission_.reset();
  co_return sent;
}

// Closing while the client still sends would reset the connection, and the reset can overtake the
// answer. So our side is closed first and what still comes is thrown away for a while (RFC 9112
// §9.6).
Task<void> Connection::Linger() {
  ShutDownSending();
  timed_out_ = false;
  WaitFor(Wait::kWrite, state_.limits.linger_time);
  while (!timed_out_) {
    const Received received = Receive(thread_.received);
    if (received.state == Received::State::kEnded) co_return;
    if (received.state == Received::State::kNothingYet) co_await Sleep();
  }
}

void Connection::WaitFor(Wait wait, std::chrono::milliseconds at_most) {
  wait_ = wait;
  deadline_ = wait == Wait::kNothing ? TimePoint::max() : CoarseMonotonicNow() + at_most;
}

void Connection::CheckDeadline(TimePoint now) {
  if (now < deadline_) return;
  deadline_ = TimePoint::max();
  timed_out_ = true;
  Wake();
}

void Connection::CloseIfIdle() {
  if (wait_ == Wait::kNextRequest) Abort();
}

}  // namespace image_cache
