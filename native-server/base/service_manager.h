// The service manager that has started this process, if one has: systemd, or what speaks as it does
// (sd_notify(3), sd_listen_fds(3)). Without one everything here does nothing.
//
// The protocol is a datagram and two variables, so it is spoken here: libsystemd would load five
// more libraries into every start, compressors and ciphers among them.
// Owned by main. Made before any thread, since it takes what is its own out of the environment;
// telling is thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "native-server/base/unique_fd.h"

namespace image_cache {

class ServiceManager {
 public:
  ServiceManager();

  // The sockets that it has opened for this process; they are the caller's. Empty without one.
  [[nodiscard]] std::vector<UniqueFd> TakeSockets() { return std::move(sockets_); }

  // Requests are answered from now on; also ends what Reloading began.
  void TellReady() const { Tell("READY=1"); }
  void TellReloading() const;
  void TellStopping() const { Tell("STOPPING=1"); }
  void TellAlive() const { Tell("WATCHDOG=1"); }

  // How long it waits for TellAlive before it ends this process; zero when it does not.
  [[nodiscard]] std::chrono::microseconds watchdog_deadline() const { return watchdog_deadline_; }

 private:
  // Lost when nobody listens: the manager has its own deadlines.
  void Tell(std::string_view state) const;

  std::string address_;  // as in NOTIFY_SOCKET; empty: nobody is told
  std::vector<UniqueFd> sockets_;
  std::chrono::microseconds watchdog_deadline_;
};

}  // namespace image_cache
