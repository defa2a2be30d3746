// Counts an answer that serves a stored picture.
#pragma once

#include "native-server/http/request.h"
#include "native-server/http/response.h"
#include "native-server/services/statistics.h"

namespace image_cache {

inline void CountServed(const Response& response, const Request& request, Statistics& statistics) {
  if (response.status == 304) {
    statistics.CountNotModified();
  } else if (response.status == 200 || response.status == 206) {
    statistics.CountHit(request.method() == Method::kHead ? 0 : BodyLength(response.body));
  }
}

}  // namespace image_cache
