#include "native-server/http/message/problem.h"

#include <nlohmann/json.hpp>
#include <string>

namespace image_cache {

Response MakeProblem(const ProblemType& type, std::string_view detail) {
  const nlohmann::ordered_json json = {{"type", "/problems/" + std::string(type.slug)},
                                       {"title", type.title},
                                       {"status", type.status},
                                       {"detail", detail}};
  // A detail may quote what a client sent, and that may be broken UTF-8.
  Response response =
      TextResponse(type.status, "application/problem+json",
                   json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  response.AddLines("Cache-Control: no-store\r\n");
  return response;
}

}  // namespace image_cache
