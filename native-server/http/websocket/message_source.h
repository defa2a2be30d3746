// What a WebSocket sends: asked for the next message whenever the last one is on its way.
//
// So a queue, its bounds and what is left out of it are the source's, and a client that reads
// slowly is one that asks seldom. Shared by the socket and by whoever fills it; thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace image_cache {

class MessageSource {
 public:
  virtual ~MessageSource() = default;

  // Called once, by the socket's thread, when messages can be sent. `wake` is to be called, from
  // any thread, whenever there is a message again after Next has had none.
  virtual void Open(std::function<void()> wake) = 0;
  // The next message, as text in UTF-8; null when there is none now.
  [[nodiscard]] virtual std::shared_ptr<const std::string> Next() = 0;
  // The socket has ended, however: nothing is asked for any more, and `wake` is not to be called.
  // Called once, also when Open never was.
  virtual void Close() = 0;
};

}  // namespace image_cache
