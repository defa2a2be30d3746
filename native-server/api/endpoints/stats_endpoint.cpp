#include "native-server/api/endpoints/stats_endpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/api/stats_json.h"
#include "native-server/http/message/query.h"

namespace image_cache {
namespace {

using nlohmann::ordered_json;

std::optional<HistoryStep> StepOf(std::string_view name) {
  const auto* const found =
      std::find_if(kHistorySteps.begin(), kHistorySteps.end(),
                   [name](const HistoryStepSize& size) { return size.name == name; });
  if (found == kHistorySteps.end()) return std::nullopt;
  return static_cast<HistoryStep>(found - kHistorySteps.begin());
}

std::uint64_t SavedMs(const std::vector<HistoryPoint>& points) {
  std::uint64_t saved_ms = 0;
  for (const HistoryPoint& point : points) saved_ms += point.counts.saved_ms;
  return saved_ms;
}

}  // namespace

Response AnswerStats(const Request& request, const OverviewSource& overview,
                     HistoryKeeper& history) {
  const auto asked = FindQueryParameter(request.query(), "history");
  if (!asked) return ToProblem(asked.error());
  const auto step = *asked ? StepOf(**asked) : std::nullopt;
  if (*asked && !step) {
    return MakeProblem(kInvalidRequestProblem, "The parameter 'history' is minute, hour or day.");
  }
  ordered_json json = ToJson(overview.Read());
  json["saved_ms"] = SavedMs(history.Read(HistoryStep::kDay));
  if (step) json["history"] = ToJson(*step, history.Read(*step));
  return JsonResponse(200, json);
}

Response AnswerErrors(RecentErrors& errors, const StoreHealthReport& health) {
  errors.NoteHealth(health);
  ordered_json list = ordered_json::array();
  for (const RecentError& error : errors.Read()) {
    const ProblemType& type = TypeOf(error.code);
    ordered_json& item = list.emplace_back(ordered_json{
        {"at", error.at_ms}, {"slug", type.slug}, {"title", type.title}, {"detail", error.detail}});
    if (!error.s3_url.empty()) item["s3_url"] = error.s3_url;
    item["count"] = error.count;
  }
  return JsonResponse(200, {{"errors", std::move(list)}});
}

}  // namespace image_cache
