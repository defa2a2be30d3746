// Cross-origin resource sharing: which pages of other origins may read the answers (Fetch
// standard).
#pragma once

#include <string_view>

#include "native-server/http/access_policy.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// Lets the request's origin read the answer, if it is allowed to. Never "*". Every answer varies by
// Origin, also one to a request without: else a browser's cache would give it to a page that has
// one.
void AddCorsHeaders(const Request& request, const AccessPolicy& policy, Response& response);

// The answer to OPTIONS; `allow` are the methods of the path.
[[nodiscard]] Response AnswerOptions(const Request& request, const AccessPolicy& policy,
                                     std::string_view allow);

}  // namespace image_cache
