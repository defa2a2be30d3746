#include "native-server/api/endpoints/revalidate_endpoint.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/http/await_callback.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

// The actor's id; empty for all.
Result<std::string, RequestError> ReadScope(const std::string& body) {
  if (body.empty()) return std::string();
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Fail(RequestError::kNotJson, "The body cannot be read as JSON.");
  if (!json.is_object()) return Fail(RequestError::kInvalid, "The body is not an object.");
  const auto id = json.find("actor_id");
  if (id == json.end()) return std::string();
  if (!id->is_string()) return Fail(RequestError::kInvalid, "actor_id is not a string.");
  auto actor_id = id->get<std::string>();
  if (!IsValidActorId(actor_id)) {
    return Fail(RequestError::kInvalidActorId, std::string(kActorIdRule));
  }
  return actor_id;
}

}  // namespace

Task<Response> AnswerRevalidate(const Request& request, Revalidation& revalidation) {
  const auto actor_id = ReadScope(request.body());
  if (!actor_id) co_return ToProblem(actor_id.error());
  using Outcome = Result<RevalidationReport, RevalidationError>;
  auto start = [&](auto done) { revalidation.Run(*actor_id, std::move(done)); };
  const Outcome report = co_await AwaitCallback<Outcome>(start);
  if (!report) co_return ToProblem(report.error());
  co_return JsonResponse(200, {{"checked", report->checked},
                               {"unchanged", report->unchanged},
                               {"updated", report->updated},
                               {"gone", report->gone},
                               {"failed", report->failed}});
}

}  // namespace image_cache
