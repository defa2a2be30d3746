#include "native-server/api/application.h"

#include <string>
#include <utility>

#include "native-server/api/asking_page.h"
#include "native-server/api/cors.h"
#include "native-server/api/problem.h"
#include "native-server/http/message/query.h"
#include "shared/ascii.h"

namespace image_cache {
namespace {

bool IsJson(std::string_view content_type) {
  std::string_view media_type = content_type.substr(0, content_type.find(';'));
  while (!media_type.empty() && media_type.back() == ' ') media_type.remove_suffix(1);
  return EqualsIgnoringCase(media_type, "application/json");
}

bool IsApi(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

}  // namespace

Application::Application(Router router, const AccessPolicy& policy, Pages pages)
    : router_(std::move(router)), policy_(policy), pages_(std::move(pages)) {}

Answer Application::Handle(Request& request) const {
  // What has no Host comes from no browser, and so from no page.
  if (!request.has_no_host() && !policy_.AllowsHost(request.host())) {
    return MakeProblem(kHostProblem,
                       "If that is this server's name, start it with --allowed-host NAME.");
  }
  Answer answer = Route(request);
  auto* response = std::get_if<Response>(&answer);
  if (response == nullptr) return Finish(request, std::move(std::get<Task<Response>>(answer)));
  AddCorsHeaders(request, policy_, *response);
  return answer;
}

Task<Response> Application::Finish(const Request& request, Task<Response> waiting) const {
  Response response = co_await std::move(waiting);
  AddCorsHeaders(request, policy_, response);
  co_return response;
}

Answer Application::Route(Request& request) const {
  const Router::Match match = router_.Find(request.method(), request.path());
  if (match.allow.empty()) return AnswerUnrouted(request);
  if (request.method() == Method::kOptions) return AnswerOptions(request, policy_, match.allow);
  if (match.endpoint == nullptr) {
    Response problem = MakeProblem(kMethodProblem, "The header Allow names the methods that are.");
    problem.AddHeader("Allow", match.allow);
    return problem;
  }
  const bool is_for_any_page = request.is_get_or_head() && match.readers == Readers::kAnyPage;
  if (!is_for_any_page && !MayAsk(request, policy_)) return MakeCrossOriginProblem();
  if (!request.is_get_or_head()) {
    if (auto refusal = RefuseChange(request)) return std::move(*refusal);
  }
  if (!match.parameter.empty()) {
    // What cannot be decoded stays as it is; its "%" makes no valid parameter.
    request.set_path_parameter(
        PercentDecodeOnce(match.parameter).value_or(std::string(match.parameter)));
  }
  return (*match.endpoint)(request);
}

std::optional<Response> Application::RefuseChange(const Request& request) const {
  if (!policy_.AllowsChange(request.Header("Authorization"))) return MakeTokenProblem();
  // A form cannot send this type across origins without a preflight, which is why it is insisted
  // on.
  if (!request.body().empty() && !IsJson(request.Header("Content-Type"))) {
    return MakeProblem(kMediaTypeProblem, "Send the body as Content-Type: application/json.");
  }
  return std::nullopt;
}

Response Application::AnswerUnrouted(const Request& request) const {
  if (!IsApi(request.path()) && request.is_get_or_head()) {
    if (auto response = ServePage(request)) return std::move(*response);
  }
  return MakeProblem(kNotFoundProblem, "No endpoint has this path.");
}

std::optional<Response> Application::ServePage(const Request& request) const {
  const auto& [files, console] = pages_;
  if (files && !(console && EmbeddedSite::IsOwn(request.path()))) {
    if (auto response = files->Serve(request)) return response;
  }
  if (!console) return std::nullopt;
  if (!console->has_page() && EmbeddedSite::IsPagePath(request.path())) {
    return MakeProblem(kNotFoundProblem,
                       "The server's own page was not built into this program: run 'make "
                       "build-console build-native'. The API is there all the same.");
  }
  return console->Serve(request);
}

}  // namespace image_cache
