#include "native-server/http/server/refusal.h"

#include <spdlog/spdlog.h>

#include <boost/beast/http/error.hpp>
#include <exception>
#include <utility>

#include "native-server/http/message/problem.h"
#include "native-server/http/websocket/upgrade.h"

namespace image_cache {
namespace {

namespace http = boost::beast::http;

Response AnswerFailure(const std::exception& error, const Request& request) {
  spdlog::error("a request to {} failed: {}", request.path(), error.what());
  return MakeProblem(kInternalProblem, "The server's log says more.");
}

}  // namespace

Response MakeRefusal(boost::beast::error_code error, const RequestParser& parser,
                     std::string_view unread, const HttpLimits& limits) {
  const bool head_limit = error == http::error::header_limit;
  if (error == http::error::body_limit) {
    return MakeProblem(kBodyTooLargeProblem, "A request's body may have up to 8 MiB.");
  }
  if (parser.target_too_long() ||
      (head_limit && !parser.has_request_line() &&
       unread.substr(0, limits.target_bytes).find('\n') == std::string_view::npos)) {
    return MakeProblem(kUrlTooLongProblem, "A URL may have up to 8 KiB.");
  }
  if (head_limit) {
    return MakeProblem(kHeadTooLargeProblem, "A request's head may have up to 16 KiB.");
  }
  return MakeProblem(kInvalidRequestProblem, parser.ReasonFor(error));
}

Response MakeBodyRefusal() {
  Response problem = MakeProblem(kTooManyBodiesProblem, "Try again later, or with less at a time.");
  problem.AddLines("Retry-After: 1\r\n");
  return problem;
}

std::optional<Response> RefuseUpgrade(ServerState& state, bool is_out_of_order) {
  if (is_out_of_order) {
    Response problem = MakeProblem(kInvalidRequestProblem, "A WebSocket cannot begin like this.");
    problem.close = true;  // what came behind it was perhaps never meant as a request
    return problem;
  }
  if (state.web_sockets.load(std::memory_order_relaxed) < state.limits.web_sockets) {
    return std::nullopt;
  }
  state.web_sockets_refused.fetch_add(1, std::memory_order_relaxed);
  Response problem = MakeProblem(kTooManyWebSocketsProblem, "Try again later.");
  problem.AddLines("Retry-After: 5\r\n");
  return problem;
}

Answer HandleSafely(const Handler& handler, Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return AnswerFailure(error, request);
  }
}

Task<Response> AwaitSafely(Task<Response> response, const Request& request) {
  try {
    co_return co_await std::move(response);
  } catch (const std::exception& error) {
    co_return AnswerFailure(error, request);
  }
}

}  // namespace image_cache
