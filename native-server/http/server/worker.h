// One thread of the server: its io_context, its listening socket and its connections.
//
// Owned by the HttpServer. Run() is the thread; StartDraining and Stop may be called from any
// other.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <utility>

#include "native-server/base/unique_fd.h"
#include "native-server/http/server/connection.h"
#include "native-server/http/server/server_state.h"
#include "native-server/http/spawn.h"

namespace image_cache {

class Worker {
 public:
  // `index`: which of the server's threads this is, from 0.
  Worker(UniqueFd listener, bool ipv6, ServerState& state, std::size_t index);
  ~Worker();

  // Returns when draining has ended, or after Stop.
  void Run();
  // Accepts nobody any more, closes what idles, and lets the rest finish.
  void StartDraining();
  // Ends everything now.
  void Stop();

 private:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  Task<void> Accept();
  // Looks at all deadlines now and then, and lets the handlers' owner tidy up.
  Task<void> WatchDeadlines();
  Task<void> Serve(UniqueFd socket);
  Task<void> Refuse(Socket socket);
  void ServeWebSocket(UpgradedConnection connection);
  void Spawn(Task<void> task) { image_cache::Spawn(io_.get_executor(), std::move(task)); }

  ServerState& state_;
  // Before the io_context, which destroys the coroutines that are left and with them their
  // connections.
  ConnectionList connections_;
  WebSocketList web_sockets_;
  boost::asio::io_context io_{1};
  Readiness readiness_;
  ConnectionThread thread_;
  Acceptor acceptor_;
  Timer watch_;
  Timer pause_;
  bool draining_ = false;
};

}  // namespace image_cache
