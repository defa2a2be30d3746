// A text or a file as one client gets it, answered under the conditions that the request makes.
#pragma once

#include <string>
#include <string_view>

#include "native-server/http/message/content_encoding.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

struct Representation {
  Body body;
  std::string etag;  // its own for each form and encoding, as a strong tag must be
  ContentEncoding encoding = ContentEncoding::kIdentity;
  std::string_view content_type = "application/json";  // lives as long as the program
};

// 200, 304 or the problem precondition-failed; a cache asks again each time. For 304 the body may
// be missing. The form was chosen by Accept and Accept-Encoding.
[[nodiscard]] Response AnswerWith(const Request& request, const Representation& chosen);

}  // namespace image_cache
