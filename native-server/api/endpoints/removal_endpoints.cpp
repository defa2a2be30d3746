#include "native-server/api/endpoints/removal_endpoints.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/http/await_callback.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

using RemovalResult = Result<Removal, StoreError>;

Result<std::string, RequestError> ReadUrl(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Fail(RequestError::kNotJson, "The body cannot be read as JSON.");
  if (!json.is_object()) return Fail(RequestError::kInvalid, "The body is not an object.");
  const auto url = json.find("s3_url");
  if (url == json.end() || !url->is_string()) {
    return Fail(RequestError::kInvalid, "s3_url is missing or not a string.");
  }
  return url->get<std::string>();
}

Response ToResponse(const RemovalResult& removal) {
  if (!removal) return ToProblem(removal.error());
  return JsonResponse(200, {{"removed", removal->removed}, {"bytes_freed", removal->bytes_freed}});
}

}  // namespace

Task<Response> AnswerInvalidate(const Request& request, FetchService& fetcher, Store& store,
                                const S3Addressing& addressing) {
  const auto url = ReadUrl(request.body());
  if (!url) co_return ToProblem(url.error());
  const auto key = MakeCacheKey(*url, addressing);
  if (!key) co_return ToProblem(key.error());
  // First what is in flight, so that it is not published behind the removal.
  fetcher.Forget(*key);
  auto start = [&](auto done) { store.Remove(*key, std::move(done)); };
  const RemovalResult removal = co_await AwaitCallback<RemovalResult>(start);
  if (!removal && removal.error().code != StoreError::kNotFound) {
    co_return ToProblem(removal.error());
  }
  co_return JsonResponse(200, {{"removed", removal && removal->removed > 0}});
}

Task<Response> AnswerClearActor(const Request& request, FetchService& fetcher, UsageService& usage,
                                Store& store) {
  const std::string& actor_id = request.path_parameter();
  if (!IsValidActorId(actor_id)) {
    co_return MakeProblem(kInvalidActorIdProblem, kActorIdRule);
  }
  fetcher.ForgetActor(actor_id);
  usage.ForgetPictures(actor_id);
  auto start = [&](auto done) { store.ClearActor(actor_id, std::move(done)); };
  const RemovalResult removal = co_await AwaitCallback<RemovalResult>(start);
  co_return ToResponse(removal);
}

Task<Response> AnswerClearAll(FetchService& fetcher, UsageService& usage, Store& store) {
  fetcher.ForgetAll();
  usage.ForgetPictures({});
  auto start = [&](auto done) { store.ClearAll(std::move(done)); };
  const RemovalResult removal = co_await AwaitCallback<RemovalResult>(start);
  co_return ToResponse(removal);
}

}  // namespace image_cache
