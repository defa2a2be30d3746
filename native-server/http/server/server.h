// The HTTP server: its threads, from listening to draining.
//
//   auto server = HttpServer::Listen({.host = "127.0.0.1", .port = 0}, threads, limits);
//   server->Start(handler);
//   …
//   server->Drain(std::chrono::seconds(5));
//
// Owned by main, which must destroy it after everything that may still call back into a request
// that waits (see await_callback.h). Start and Drain are called from one thread; the rest is
// thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "native-server/http/limits.h"
#include "native-server/http/server/listener.h"
#include "native-server/http/server/server_state.h"

namespace image_cache {

struct HttpServerStats {
  std::uint64_t connections = 0;  // open now
  std::uint64_t max_connections = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t bodies_bytes = 0;  // that request bodies take in memory now
  std::uint64_t max_bodies_bytes = 0;
  std::uint64_t bodies_refused = 0;
  std::uint64_t web_sockets = 0;  // of the connections
  std::uint64_t max_web_sockets = 0;
  std::uint64_t web_sockets_refused = 0;
  std::array<std::uint64_t, 6> responses{};  // by the status's first digit
};

class HttpServer {
 public:
  // Errors: those of image_cache::Listen.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>, ListenError> Listen(
      const ListenAddress& address, std::size_t threads, const HttpLimits& limits);
  // The same with a socket that listens already. Errors: those of image_cache::Adopt.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>, ListenError> Adopt(
      const UniqueFd& socket, std::size_t threads, const HttpLimits& limits);
  ~HttpServer();  // stops at once what was not drained

  // "http://127.0.0.1:8787", with the port it really has.
  [[nodiscard]] const std::string& url() const { return url_; }
  // `access_log` may be null, and outlives the server.
  void Start(Handler handler, Tidy tidy = {}, AccessLog* access_log = nullptr);
  // Requests say by Request::thread() which one handles them.
  [[nodiscard]] std::size_t threads() const;
  // Accepts nobody any more and waits for what runs; what is not done then is cut off. Returns
  // false when something was.
  bool Drain(std::chrono::milliseconds at_most);
  [[nodiscard]] bool draining() const { return state_.draining.load(); }
  [[nodiscard]] HttpServerStats Stats() const;

 private:
  struct Threads;  // keeps Beast and the workers out of this header

  HttpServer(std::string url, Listeners listeners, const HttpLimits& limits);

  std::string url_;
  ServerState state_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace image_cache
