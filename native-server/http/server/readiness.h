// Which of a thread's sockets can be read or written: an epoll set of its own beside Asio's.
//
// Asio costs a request three queues, two locks and a coroutine frame or two before the first byte
// is read. Here a socket that has something calls its owner at once, and one epoll_wait serves all
// that are ready; Asio is only told that some are. Owned by the Worker and used on its thread.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>

#include "native-server/http/task.h"

namespace image_cache {

class Readiness {
 public:
  class Watcher {
   public:
    // `events` as of epoll_wait(2): what has become possible since the last call.
    virtual void OnReady(std::uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  explicit Readiness(boost::asio::io_context& io);

  // Edge-triggered, for reading; what is ready already is told, too. False when the kernel refuses.
  [[nodiscard]] bool Add(int fd, Watcher& watcher);
  // Also for writing, or not any more. Only while somebody waits for it: a socket that is watched
  // so makes the kernel tell of every acknowledgement that frees some of its buffer.
  void WatchWriting(int fd, Watcher& watcher, bool is_wanted);
  // Nothing is told any more, not even what was found ready already.
  void Remove(int fd, const Watcher& watcher);

  // Tells the watchers until Close.
  Task<void> Run();
  void Close();

 private:
  // How many were ready; never waits.
  std::size_t Dispatch();

  boost::asio::posix::basic_stream_descriptor<Executor> set_;
  std::array<epoll_event, 256> events_{};
  std::size_t next_ = 0, count_ = 0;  // of events_: those between are still to be told
};

}  // namespace image_cache
