#include "native-server/api/endpoints/readiness_endpoint.h"

#include <nlohmann/json.hpp>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"

namespace image_cache {

Response AnswerReadiness(const StoreHealthReport& health) {
  if (health.state == HealthState::kOff) return MakeProblem(kStorageOffProblem, health.reason);
  nlohmann::ordered_json body = {{"status", "ready"}, {"store", NameOf(health.state)}};
  if (!health.reason.empty()) body["reason"] = health.reason;
  return JsonResponse(200, body);
}

}  // namespace image_cache
