#include "native-server/api/endpoints/sync_endpoint.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/api/sync_json.h"
#include "native-server/http/await_callback.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

using nlohmann::json;

Result<bool, RequestError> ReadSwitch(const json& body, const char* name) {
  const auto value = body.find(name);
  if (value == body.end()) return false;
  if (!value->is_boolean()) {
    return Fail(RequestError::kInvalid, std::string(name) + " is not true or false.");
  }
  return value->get<bool>();
}

Result<SyncOrder, RequestError> ReadOrder(const std::string& text) {
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return Fail(RequestError::kNotJson, "The body cannot be read as JSON.");
  if (!body.is_object()) return Fail(RequestError::kInvalid, "The body is not an object.");
  const auto prefix = body.find("prefix");
  if (prefix == body.end() || !prefix->is_string()) {
    return Fail(RequestError::kInvalid, "prefix is missing or not a string.");
  }
  auto folder = ParseBucketFolder(prefix->get<std::string>());
  if (!folder) return Fail(RequestError::kInvalid, "prefix: " + folder.error().detail + ".");
  if (const auto id = body.find("actor_id"); id != body.end()) {
    if (!id->is_string()) return Fail(RequestError::kInvalid, "actor_id is not a string.");
    folder->actor_id = id->get<std::string>();
    if (!IsValidActorId(folder->actor_id)) {
      return Fail(RequestError::kInvalidActorId, std::string(kActorIdRule));
    }
  }
  const auto dry_run = ReadSwitch(body, "dry_run");
  if (!dry_run) return tl::make_unexpected(dry_run.error());
  const auto removes_many = ReadSwitch(body, "delete");
  if (!removes_many) return tl::make_unexpected(removes_many.error());
  return SyncOrder{
      .folder = std::move(*folder), .dry_run = *dry_run, .removes_many = *removes_many};
}

}  // namespace

Task<Response> AnswerSync(const Request& request, SyncService& sync) {
  auto order = ReadOrder(request.body());
  if (!order) co_return ToProblem(order.error());
  using Outcome = Result<SyncReport, SyncError>;
  auto start = [&](auto done) { sync.Run(std::move(*order), std::move(done)); };
  const Outcome report = co_await AwaitCallback<Outcome>(start);
  if (!report) co_return ToProblem(report.error());
  co_return JsonResponse(200, ToJson(*report));
}

}  // namespace image_cache
