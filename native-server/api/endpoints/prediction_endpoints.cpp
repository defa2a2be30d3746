#include "native-server/api/endpoints/prediction_endpoints.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/api/usage_json.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

constexpr std::size_t kMostGuesses = 10;

}  // namespace

Response AnswerPredictions(const Request& request, const UsageService& usage) {
  const auto after = FindQueryParameter(request.query(), "after");
  if (!after) return ToProblem(after.error());
  if (*after && !IsValidActorId(**after)) return MakeProblem(kInvalidActorIdProblem, kActorIdRule);
  std::optional<std::string_view> actor_id;
  if (*after) actor_id = **after;
  return JsonResponse(200, ToJson(usage.Predict(actor_id, kMostGuesses), usage.Stats()));
}

Response AnswerForgetPredictions(UsageService& usage) {
  return JsonResponse(200, {{"forgotten", usage.Forget()}});
}

}  // namespace image_cache
