// From an HTTP request to a WebSocket (RFC 6455 §4.2): what a handler answers with when it agrees,
// and whether the request is one at all.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "native-server/http/message/problem.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/websocket/message_source.h"

namespace image_cache {

inline constexpr ProblemType kUpgradeRequiredProblem{426, "upgrade-required",
                                                     "This is only for WebSockets"};
inline constexpr ProblemType kTooManyWebSocketsProblem{503, "too-many-websockets",
                                                       "Too many WebSockets are open"};

// What a connection needs to go on as a WebSocket.
struct WebSocketUpgrade {
  std::string key;  // the request's Sec-WebSocket-Key
  std::shared_ptr<MessageSource> source;
};

// The problem to answer with; nothing when the request asks for a WebSocket as it should.
[[nodiscard]] std::optional<Response> RefuseHandshake(const Request& request);

// The connection that sends this answer becomes a WebSocket, which sends what `source` has.
// REQUIRES: RefuseHandshake has nothing against the request.
[[nodiscard]] Response MakeUpgrade(const Request& request, std::shared_ptr<MessageSource> source);

}  // namespace image_cache
