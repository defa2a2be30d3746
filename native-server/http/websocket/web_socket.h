// A connection that has become a WebSocket: sends what its source has, one message after another,
// and keeps the connection alive with pings. What a client sends is read, bounded and ignored.
//
// Lives on one of the server's threads; shared by what is under way on its socket. Messages are not
// compressed (permessage-deflate): most are a few hundred bytes, and the window that it takes would
// be most of what an idle socket costs.
#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "native-server/base/unique_fd.h"
#include "native-server/http/server/server_state.h"
#include "native-server/http/task.h"
#include "native-server/http/websocket/upgrade.h"

namespace image_cache {

// What a connection hands over when it becomes one. The socket is connected and non-blocking, and
// nothing that came behind the request was read from it.
struct UpgradedConnection {
  UniqueFd socket;
  std::shared_ptr<WebSocketUpgrade> upgrade;
};

// Unlinks itself from its thread's list when it is destroyed.
class WebSocket final : public std::enable_shared_from_this<WebSocket>,
                        public boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `state` outlives it.
  [[nodiscard]] static std::shared_ptr<WebSocket> Create(UpgradedConnection connection,
                                                         ServerState& state,
                                                         const Executor& executor);
  ~WebSocket();

  // Answers the handshake and reads; ends when the socket is closed.
  [[nodiscard]] static Task<void> Run(std::shared_ptr<WebSocket> self);

  // Cuts off a client that has not read, or not said goodbye, for too long.
  void CheckDeadline(TimePoint now);
  // Says goodbye (1001): the server stops. What is being sent is finished first.
  void GoAway();

 private:
  struct Stream;  // keeps Beast out of this header

  WebSocket(UpgradedConnection connection, ServerState& state, const Executor& executor);
  // Sends what there is, if nothing is being sent.
  void StartSending();
  Task<void> Accept();
  static Task<void> Send(std::shared_ptr<WebSocket> self);
  static Task<void> SayGoodbye(std::shared_ptr<WebSocket> self);

  ServerState& state_;
  Executor executor_;
  std::shared_ptr<WebSocketUpgrade> upgrade_;
  std::unique_ptr<Stream> stream_;
  bool is_open_ = false;     // the handshake was answered
  bool is_sending_ = false;  // a coroutine does
  bool is_going_ = false;    // goodbye was said or will be: nothing more is sent
  TimePoint deadline_ = TimePoint::max();
};

using WebSocketList =
    boost::intrusive::list<WebSocket, boost::intrusive::constant_time_size<false>>;

}  // namespace image_cache
