#include "native-server/http/websocket/upgrade.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace image_cache {
namespace {

constexpr std::string_view kVersion = "13";
constexpr std::string_view kUpgradeLines = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

// 16 bytes in base64: 22 digits and two signs that fill them up.
bool IsKey(std::string_view text) {
  constexpr std::size_t kDigits = 22;
  if (text.size() != kDigits + 2 || text.substr(kDigits) != "==") return false;
  return std::all_of(text.begin(), text.begin() + kDigits, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

}  // namespace

std::optional<Response> RefuseHandshake(const Request& request) {
  if (request.method() != Method::kGet || !request.HasToken("Upgrade", "websocket") ||
      !request.HasToken("Connection", "upgrade")) {
    Response problem = MakeProblem(kUpgradeRequiredProblem, "Open this address as a WebSocket.");
    problem.AddLines(kUpgradeLines);
    return problem;
  }
  if (request.Header("Sec-WebSocket-Version") != kVersion) {
    Response problem = MakeProblem(kUpgradeRequiredProblem, "Speak version 13 (RFC 6455).");
    problem.AddLines(kUpgradeLines);
    problem.AddHeader("Sec-WebSocket-Version", kVersion);
    return problem;
  }
  if (request.CountOf("Sec-WebSocket-Version") > 1 || request.CountOf("Sec-WebSocket-Key") > 1 ||
      !request.body().empty()) {
    return MakeProblem(kInvalidRequestProblem,
                       "A handshake has each of its fields once, and no body.");
  }
  if (!IsKey(request.Header("Sec-WebSocket-Key"))) {
    return MakeProblem(kInvalidRequestProblem, "Sec-WebSocket-Key is not 16 bytes in base64.");
  }
  return std::nullopt;
}

Response MakeUpgrade(const Request& request, std::shared_ptr<MessageSource> source) {
  Response response;
  response.status = 101;
  response.upgrade = std::make_shared<WebSocketUpgrade>(WebSocketUpgrade{
      .key = std::string(request.Header("Sec-WebSocket-Key")), .source = std::move(source)});
  return response;
}

}  // namespace image_cache
