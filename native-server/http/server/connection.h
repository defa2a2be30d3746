// One client's connection: reads requests, has them handled, sends the answers, one after another
// (so pipelined requests are answered in their order), until either side has enough.
//
// Owned by its own coroutine, on one thread. Most requests never wake it: while it sleeps between
// two of them, one that arrives whole and can be answered without waiting is answered where its
// bytes were found (ServeAsleep). What that cannot finish it leaves in the members, and the
// coroutine goes on from there. Deadlines cost nothing per request: the connection only notes until
// when it may wait, and its thread looks at all of its connections now and then.
#pragma once

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "native-server/http/message/request_parser.h"
#include "native-server/http/server/body_share.h"
#include "native-server/http/server/ready_socket.h"
#include "native-server/http/server/server_state.h"
#include "native-server/http/server/transmission.h"
#include "native-server/http/websocket/web_socket.h"

namespace image_cache {

// What the connections of one thread share.
struct ConnectionThread {
  std::size_t index;  // which of the server's threads it is, from 0
  Executor executor;
  Readiness& readiness;
  // What was received and not yet looked at: a connection that waits needs no buffer of its own.
  std::array<char, 64 * 1024> received;
};

// Unlinks itself from its thread's list when it is destroyed.
class Connection final : public ReadySocket,
                         public boost::intrusive::list_base_hook<
                             boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `socket` is connected and non-blocking.
  Connection(UniqueFd socket, ServerState& state, ConnectionThread& thread);
  ~Connection() override;

  // Ends when the connection is closed, or when it goes on as a WebSocket.
  Task<std::optional<UpgradedConnection>> Run();

  // Ends whatever the connection waits for, when it has waited too long.
  void CheckDeadline(TimePoint now);
  // Closes the connection when it is between two requests.
  void CloseIfIdle();

 private:
  enum class Wait { kNothing, kNextRequest, kHead, kBody, kWrite, kGrowth };
  enum class Read { kDone, kClosed, kRefused };  // refused: refusal_ says why

  Task<Read> ReadHead();
  Task<Read> ReadBody();
  Task<Read> ReadSome(std::size_t size_bytes);
  void StartSending(const Response& response, bool keep_alive);
  Task<bool> FinishSending();
  Task<bool> SendContinue();
  // Until the file has more than that, or does not grow any more. False: nobody waits any longer.
  Task<bool> AwaitGrowth(GrowingFile& file, std::uint64_t size_bytes);
  // For a client that knows no chunks. False when the file failed.
  Task<bool> AwaitLength(GrowingSlice& body);
  Task<void> Linger();

  [[nodiscard]] bool ServeAsleep() override;
  // Takes a request from the front of `bytes`, which are not empty, and answers it. False: the
  // coroutine has to go on with it.
  [[nodiscard]] bool AnswerAtOnce(std::string_view& bytes);
  void Parse();

  // These two do nothing while there is no access log.
  void NoteBeginning();
  void LogAccess(int status, bool is_whole);

  [[nodiscard]] Read RefuseParse(boost::beast::error_code error);
  [[nodiscard]] bool StaysOpenAfter(const Response& response) const;
  void BeginRequest();
  void WaitFor(Wait wait, std::chrono::milliseconds at_most);

  ServerState& state_;
  ConnectionThread& thread_;
  boost::beast::flat_buffer buffer_;  // received, not parsed
  Request request_;
  BodyShare body_share_;
  std::optional<RequestParser> parser_;
  boost::beast::error_code parse_error_;
  Response refusal_;
  std::optional<Answer> answer_;              // to the request in parser_
  std::string head_;                          // of the answer
  std::optional<Transmission> transmission_;  // of head_ and answer_
  std::string client_;                        // its address, once it was logged
  std::int64_t began_ms_ = 0;                 // the request that is answered, for the access log
  TimePoint began_{};
  Wait wait_ = Wait::kNothing;
  TimePoint deadline_ = TimePoint::max();
  int answered_in_turn_ = 0;
  bool handed_over_ = false;  // ServeAsleep has left something to the coroutine
  bool timed_out_ = false;
  bool served_before_ = false;
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

}  // namespace image_cache
