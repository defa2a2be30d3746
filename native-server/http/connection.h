// One client's connection: reads requests, has them handled, sends the answers, one after another
// (so pipelined requests are answered in their order), until either side has enough.
//
// Owned by its own coroutine, on one thread. Deadlines cost nothing per request: the connection
// only notes until when it may wait, and its thread looks at all of its connections now and then.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "native-server/http/request_parser.h"
#include "native-server/http/server_state.h"

namespace image_cache {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

// Unlinks itself from its thread's list when it is destroyed.
class Connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `thread`: which of the server's it is on, from 0.
  Connection(Socket socket, ServerState& state, std::size_t thread);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Ends when the connection is closed.
  Task<void> Run();

  // Ends whatever the connection waits for, when it has waited too long.
  void CheckDeadline(TimePoint now);
  // Closes the connection when it is between two requests.
  void CloseIfIdle();
  // Closes it whatever it does.
  void Abort();

 private:
  enum class Wait { kNothing, kNextRequest, kHead, kBody, kWrite, kGrowth };
  enum class Read { kDone, kClosed, kRefused };  // refused: refusal_ says why

  Task<Read> ReadHead();
  Task<Read> ReadBody();
  Task<Read> ReadSome(std::size_t size_bytes);
  [[nodiscard]] Answer Handle();
  Task<Response> Await(Task<Response> response);
  [[nodiscard]] Response AnswerFailure(const std::exception& error);
  Task<bool> Send(const Response& response, bool keep_alive);
  Task<bool> SendContinue();
  Task<bool> Transmit(std::string_view head, const Body* body);
  // Until the file has more than that, or does not grow any more. False: nobody waits any longer.
  Task<bool> AwaitGrowth(GrowingFile& file, std::uint64_t size_bytes);
  // For a client that knows no chunks. False when the file failed.
  Task<bool> AwaitLength(GrowingSlice& body);
  Task<void> Linger();

  [[nodiscard]] Read RefuseParse(boost::beast::error_code error);
  void WriteHead(const Response& response, bool keep_alive);
  void WaitFor(Wait wait, std::chrono::milliseconds at_most);

  Socket socket_;
  ServerState& state_;
  boost::beast::flat_buffer buffer_;
  Request request_;
  std::optional<RequestParser> parser_;
  Response refusal_;
  std::string head_;  // of the answer
  Wait wait_ = Wait::kNothing;
  TimePoint deadline_ = TimePoint::max();
  bool timed_out_ = false;
  bool served_before_ = false;
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

}  // namespace image_cache
