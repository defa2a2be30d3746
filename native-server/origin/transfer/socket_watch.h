// The sockets and the timer of a libcurl multi handle, watched with epoll.
//
// What is ready is acted on one socket at a time, not all in one pass as curl_multi_perform does
// it: so a download that has ended makes room, and the next request is on its way, before the bytes
// of all others have been hashed and written. The work then overlaps with the origin's latency.
//
// Owned by the TransferPool and used on the downloader's thread only, but for Wake.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "native-server/base/unique_fd.h"
#include "native-server/origin/transfer/curl_handles.h"

namespace image_cache {

class SocketWatch {
 public:
  // Throws std::system_error when this process may have no more descriptors.
  SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // REQUIRES: `multi` goes before the watch does.
  void Attach(CURLM* multi);

  // Until something is ready, Wake is called, or the time is over.
  void Sleep(std::chrono::milliseconds at_most);
  // Acts on the timer when it is due, else on one socket that is ready. False: nothing is ready.
  bool ActOnNext();
  void Wake();  // thread-safe

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMaxReady = 64;

  static int SocketCallback(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int TimerCallback(CURLM* multi, long delay_ms, void* self);
  void Watch(int socket, int what);
  void Act(curl_socket_t socket, int events);

  UniqueFd epoll_;
  UniqueFd wake_;
  CURLM* multi_ = nullptr;
  std::optional<Clock::time_point> timer_;
  // Of the last look. A socket that has gone meanwhile, libcurl does not know any more and ignores.
  std::array<epoll_event, kMaxReady> ready_{};
  std::size_t ready_begin_ = 0, ready_end_ = 0;
};

}  // namespace image_cache
