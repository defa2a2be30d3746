#include "native-server/api/endpoints/verify_endpoint.h"

#include <nlohmann/json.hpp>
#include <string>

#include "native-server/api/json_response.h"
#include "native-server/api/problem.h"
#include "native-server/api/verify_json.h"

namespace image_cache {
namespace {

Result<VerifyOptions, RequestError> ReadOptions(const std::string& body) {
  VerifyOptions options;
  if (body.empty()) return options;
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return Fail(RequestError::kNotJson, "The body cannot be read as JSON.");
  if (!json.is_object()) return Fail(RequestError::kInvalid, "The body is not an object.");
  if (const auto repair = json.find("repair"); repair != json.end()) {
    if (!repair->is_boolean()) return Fail(RequestError::kInvalid, "repair is not true or false.");
    options.repair = repair->get<bool>();
  }
  if (const auto pace = json.find("bytes_per_second"); pace != json.end()) {
    if (!pace->is_number_unsigned()) {
      return Fail(RequestError::kInvalid, "bytes_per_second is not a whole number from 0.");
    }
    options.bytes_per_second = pace->get<std::uint64_t>();
  }
  return options;
}

Response ToResponse(const std::optional<VerifyReport>& report, int status_while_running) {
  if (!report) {
    return MakeProblem(kNoVerificationProblem, "POST begins one; none has since the start.");
  }
  const bool runs = report->state == VerifyReport::State::kRunning;
  return JsonResponse(runs ? status_while_running : 200, ToJson(*report));
}

}  // namespace

Response AnswerStartVerification(const Request& request, Verification& verification) {
  const auto options = ReadOptions(request.body());
  if (!options) return ToProblem(options.error());
  if (!verification.Start(*options)) {
    return MakeProblem(kVerificationRunningProblem, "GET tells how far it is, DELETE cancels it.");
  }
  return JsonResponse(202, ToJson(verification.Report().value()));
}

Response AnswerVerification(const Verification& verification) {
  return ToResponse(verification.Report(), 200);
}

Response AnswerCancelVerification(Verification& verification) {
  verification.Cancel();
  return ToResponse(verification.Report(), 202);
}

}  // namespace image_cache
