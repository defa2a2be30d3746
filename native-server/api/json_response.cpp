#include "native-server/api/json_response.h"

#include <nlohmann/json.hpp>

namespace image_cache {

Response JsonResponse(int status, const nlohmann::ordered_json& json) {
  Response response =
      TextResponse(status, "application/json",
                   json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  response.AddLines("Cache-Control: no-store\r\n");
  return response;
}

}  // namespace image_cache
