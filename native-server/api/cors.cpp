#include "native-server/api/cors.h"

#include "native-server/api/asking_page.h"

namespace image_cache {
namespace {

bool IsAllowed(const Request& request, const AccessPolicy& policy) {
  const std::string_view origin = request.Header("Origin");
  return !origin.empty() && policy.AllowsOrigin(origin, request.host());
}

}  // namespace

void AddCorsHeaders(const Request& request, const AccessPolicy& policy, Response& response) {
  const AskingSite site = SiteOf(request, policy);
  response.for_other_sites = site == AskingSite::kAllowed;
  // The browser keeps one answer for all pages of a site, of which some are allowed. Elsewhere the
  // Referer says nothing, and would part what is kept by each page's address.
  response.AddLines(site == AskingSite::kSame ? "Vary: Origin\r\n" : "Vary: Origin, Referer\r\n");
  if (!IsAllowed(request, policy)) return;
  response.AddHeader("Access-Control-Allow-Origin", request.Header("Origin"));
  response.AddLines("Access-Control-Expose-Headers: ETag, Cache-Status\r\n");
}

std::string TimingLine(const AccessPolicy& policy) {
  std::string line;
  for (const std::string& origin : policy.origins()) {
    line += (line.empty() ? "Timing-Allow-Origin: " : ", ") + origin;
  }
  return line.empty() ? line : line + "\r\n";
}

Response AnswerOptions(const Request& request, const AccessPolicy& policy, std::string_view allow) {
  Response response;
  response.status = 204;
  response.AddHeader("Allow", allow);
  if (IsAllowed(request, policy)) {
    response.AddLines(
        "Access-Control-Allow-Methods: GET, HEAD, POST, DELETE\r\n"
        "Access-Control-Allow-Headers: content-type, authorization, if-none-match\r\n"
        "Access-Control-Max-Age: 600\r\n");
  }
  return response;
}

}  // namespace image_cache
