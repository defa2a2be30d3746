// A connected socket whose owner sleeps, as a coroutine, until something has happened to it.
//
// There is one way to wait: Sleep. Whatever may end a wait wakes it (bytes, room to write, the
// other side's leaving, a deadline, a file that has grown), and the sleeper looks what is possible
// now; so a wake too many is harmless. Never blocks. Used on its thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "native-server/base/unique_fd.h"
#include "native-server/http/server/readiness.h"
#include "native-server/http/task.h"

namespace image_cache {

class ReadySocket : private Readiness::Watcher {
 public:
  // `fd` is non-blocking and connected.
  ReadySocket(UniqueFd fd, Readiness& readiness);
  virtual ~ReadySocket();
  ReadySocket(const ReadySocket&) = delete;
  ReadySocket& operator=(const ReadySocket&) = delete;

  void Wake();
  // Ends the connection in both directions: nothing can be read or written any more.
  void Abort();
  // Destroys the sleeper, and with it perhaps this. For a thread that has ended.
  void Abandon();

 protected:
  struct Received {
    enum class State { kBytes, kNothingYet, kEnded };
    State state;
    std::size_t count = 0;
  };

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] Received Receive(std::span<char> into);
  // The other side has gone altogether, not only finished sending.
  [[nodiscard]] bool has_hung_up() const { return has_hung_up_; }
  // From the moment that a send found no room; until then, and after it, there is some.
  void AwaitRoomToWrite();
  [[nodiscard]] bool has_room_to_write() const { return has_room_to_write_; }
  void ShutDownSending();
  // The socket belongs to the caller from now on; of it, nothing more is told here.
  [[nodiscard]] UniqueFd Release();

  Task<void> Sleep();

 private:
  void OnReady(std::uint32_t events) final;
  // Called in place of a wake when there may be something to read; true when the sleeper may sleep
  // on.
  [[nodiscard]] virtual bool ServeAsleep() { return false; }

  UniqueFd fd_;
  Readiness& readiness_;
  std::function<void(bool)> wake_;  // empty when nobody sleeps
  bool may_read_ = true;            // false: until the next event there is nothing
  bool has_room_to_write_ = true;
  bool has_ended_ = false;  // the other side sends nothing more than what is there
  bool has_hung_up_ = false;
};

}  // namespace image_cache
