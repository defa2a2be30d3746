// The signals that tell a running server what to do.
//
// Owned by Serve, on the main thread. Made first of all, so that a signal while starting is not
// lost.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace image_cache {

class Signals {
 public:
  enum class Order { kStop, kReload };

  Signals();

  // The end of the process that has started this one is a SIGTERM from now on, also when it was
  // killed.
  static void StopWithParent();

  // SIGINT and SIGTERM stop, SIGHUP reloads; but not the SIGHUP that a terminal leaves behind when
  // it is closed, which stops what was started in it without nohup. After kStop a second SIGINT or
  // SIGTERM finds the default action again and ends the process.
  [[nodiscard]] Order Wait();

 private:
  const bool ends_with_terminal_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGHUP};
};

}  // namespace image_cache
