// Errors as application/problem+json (RFC 9457): a stable type, a title, the status and a detail.
//
// Here are the types of what goes wrong before a request reaches a handler; the contract's others
// are in api/problem.h.
#pragma once

#include <string_view>

#include "native-server/http/message/response.h"

namespace image_cache {

struct ProblemType {
  int status;
  std::string_view slug;  // "url-too-long": the type is "/problems/url-too-long"
  std::string_view title;
};

inline constexpr ProblemType kInvalidRequestProblem{400, "invalid-request",
                                                    "The request is not valid"};
inline constexpr ProblemType kRequestTimeoutProblem{408, "request-timeout",
                                                    "The request took too long to arrive"};
inline constexpr ProblemType kPreconditionFailedProblem{412, "precondition-failed",
                                                        "A precondition does not hold"};
inline constexpr ProblemType kBodyTooLargeProblem{413, "body-too-large", "The body is too large"};
inline constexpr ProblemType kUrlTooLongProblem{414, "url-too-long", "The URL is too long"};
inline constexpr ProblemType kRangeProblem{416, "range-not-satisfiable",
                                           "The range is outside the picture"};
inline constexpr ProblemType kHeadTooLargeProblem{431, "head-too-large",
                                                  "The request head is too large"};
inline constexpr ProblemType kInternalProblem{500, "internal", "Something went wrong here"};
inline constexpr ProblemType kTooManyConnectionsProblem{503, "too-many-connections",
                                                        "Too many connections are open"};

inline constexpr ProblemType kTooManyBodiesProblem{503, "too-many-bodies",
                                                   "The bodies of all requests take too much"};

// `detail` is for people. It must not name a path of the machine, a credential or a signature.
[[nodiscard]] Response MakeProblem(const ProblemType& type, std::string_view detail);

}  // namespace image_cache
