// Cross-origin resource sharing: which pages of other origins may read the answers, and which may
// show them (Fetch standard).
#pragma once

#include <string>
#include <string_view>

#include "native-server/http/access_policy.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// Lets the request's origin read the answer, if it is allowed to, and show it on a page of another
// site (Cross-Origin-Resource-Policy). Never "*". Every answer varies by Origin, also one to a
// request without: else a browser's cache would give it to a page that has one.
void AddCorsHeaders(const Request& request, const AccessPolicy& policy, Response& response);

// A line that lets the allowed origins see how long an answer took and how large it was: so their
// pages can tell what came from here and what from their own cache (Resource Timing). It names all
// of them, since an <img> does not say where it stands. Empty when there are none.
[[nodiscard]] std::string TimingLine(const AccessPolicy& policy);

// The answer to OPTIONS; `allow` are the methods of the path.
[[nodiscard]] Response AnswerOptions(const Request& request, const AccessPolicy& policy,
                                     std::string_view allow);

}  // namespace image_cache
