#include "native-server/api/endpoints/representation.h"

#include <fmt/format.h>

#include <optional>

#include "native-server/api/problem.h"
#include "native-server/http/message/conditional.h"

namespace image_cache {

Response AnswerWith(const Request& request, const Representation& chosen) {
  Response response;
  response.AddHeader("ETag", chosen.etag);
  response.AddLines("Cache-Control: no-cache\r\nVary: Accept, Accept-Encoding\r\n");
  switch (EvaluatePreconditions(request, {.etag = chosen.etag, .modified_s = std::nullopt})) {
    case Precondition::kNotModified:
      response.status = 304;
      return response;
    case Precondition::kFailed:
      return MakeProblem(kPreconditionFailedProblem, "The manifest is another than the one named.");
    case Precondition::kProceed:
      break;
  }
  response.AddHeader("Content-Type", chosen.content_type);
  if (chosen.encoding != ContentEncoding::kIdentity) {
    response.AddHeader("Content-Encoding", EncodingName(chosen.encoding));
  }
  response.body = chosen.body;
  return response;
}

}  // namespace image_cache
