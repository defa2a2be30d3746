// A scripted HTTP origin on 127.0.0.1 for tests: it says exactly the bytes it is told to say.
//
// One thread accepts and one serves each connection. The script runs on the connection's thread,
// once for each request; it may wait there until the test lets it go on. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "native-server/base/unique_fd.h"

namespace image_cache {

class FakeOrigin {
 public:
  struct Request {
    std::string head;                          // as received, up to and with the empty line
    [[nodiscard]] std::string Target() const;  // "/b/k.jpg?x=1"
    [[nodiscard]] std::string Header(std::string_view name) const;  // empty when there is none
  };

  class Connection {
   public:
    explicit Connection(int fd) : fd_(fd) {}
    void Send(std::string_view bytes);
    // A whole answer with a Content-Length.
    void Answer(int status, std::string_view body, std::string_view extra_headers = {});
    void Close() { open_ = false; }  // after what was sent
    void Reset();                    // at once, with a TCP reset
    void WaitForPeerToLeave();
    [[nodiscard]] bool IsOpen() const { return open_; }

   private:
    int fd_;
    bool open_ = true;
  };

  using Script = std::function<void(Connection&, const Request&)>;

  explicit FakeOrigin(Script script);
  ~FakeOrigin();
  FakeOrigin(const FakeOrigin&) = delete;
  FakeOrigin& operator=(const FakeOrigin&) = delete;

  [[nodiscard]] std::uint16_t Port() const { return port_; }
  [[nodiscard]] std::string Origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string Url(std::string_view target) const {
    return Origin() + std::string(target);
  }
  [[nodiscard]] std::size_t Connections() const;
  [[nodiscard]] std::vector<Request> Requests() const;

 private:
  void Accept();
  void Serve(int fd);

  const Script script_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  // Guarded by mutex_. Descriptors are closed when the origin goes, so that none is reused
  // meanwhile.
  bool stopping_ = false;
  std::vector<UniqueFd> sockets_;
  std::vector<std::thread> servers_;
  std::vector<Request> requests_;
  std::thread acceptor_;
};

}  // namespace image_cache
