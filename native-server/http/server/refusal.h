// What a client is told when its request cannot be read, or when handling it has failed.
#pragma once

#include <boost/beast/core/error.hpp>
#include <optional>
#include <string_view>

#include "native-server/http/handler.h"
#include "native-server/http/message/request_parser.h"
#include "native-server/http/server/server_state.h"

namespace image_cache {

// `error` is why the parser has stopped, `unread` what of the request it has not taken.
[[nodiscard]] Response MakeRefusal(boost::beast::error_code error, const RequestParser& parser,
                                   std::string_view unread, const HttpLimits& limits);

// The bodies of all requests together take too much memory.
[[nodiscard]] Response MakeBodyRefusal();

// Nothing when a connection may go on as the WebSocket that its handler agrees to. Out of order: by
// HTTP/1.0, or with bytes sent before the handshake was answered (RFC 6455 §4.1).
[[nodiscard]] std::optional<Response> RefuseUpgrade(ServerState& state, bool is_out_of_order);

// Calls the handler, or waits for what it has begun; what that throws is logged and answered with
// 500.
[[nodiscard]] Answer HandleSafely(const Handler& handler, Request& request);
[[nodiscard]] Task<Response> AwaitSafely(Task<Response> response, const Request& request);

}  // namespace image_cache
