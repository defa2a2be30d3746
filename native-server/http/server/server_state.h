// What the threads of the server share: who handles requests, the limits, and counters.
//
// Owned by the HttpServer. Handler, log and limits do not change while it runs; counters are
// atomics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "native-server/http/access_log/access_log.h"
#include "native-server/http/handler.h"
#include "native-server/http/limits.h"

namespace image_cache {

struct ServerState {
  HttpLimits limits;
  Handler handler;
  Tidy tidy;                        // may be empty
  AccessLog* access_log = nullptr;  // null: nobody is told who asked for what
  std::atomic<bool> draining{false};

  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> bodies_bytes{0};  // see BodyShare
  std::atomic<std::uint64_t> bodies_refused{0};
  std::atomic<std::uint64_t> web_sockets{0};  // counted as connections, too
  std::atomic<std::uint64_t> web_sockets_refused{0};
  // By the status's first digit: [2] counts 200, 206 …
  std::array<std::atomic<std::uint64_t>, 6> responses{};

  void CountResponse(int status) {
    responses[static_cast<std::size_t>(status / 100) % responses.size()].fetch_add(
        1, std::memory_order_relaxed);
  }
};

}  // namespace image_cache
