// POST, GET and DELETE /api/cache/verify: compares the entries with the files while the server
// runs.
#pragma once

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/store/verify/verification.h"

namespace image_cache {

// {repair?, bytes_per_second?} → 202 and the report so far (see verify_json.h). Problems:
// invalid-json, invalid-request, verification-running.
[[nodiscard]] Response AnswerStartVerification(const Request& request, Verification& verification);

// The report of the one that runs, else of the last; problem: no-verification.
[[nodiscard]] Response AnswerVerification(const Verification& verification);

// Cancels what runs: 202 while it still ends, else 200 with the last one's report, so that a
// repeated DELETE does no harm. Problem: no-verification.
[[nodiscard]] Response AnswerCancelVerification(Verification& verification);

}  // namespace image_cache
