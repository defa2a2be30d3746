// An answer's head as bytes: the status line and all header lines, the empty one included.
#pragma once

#include <string>

#include "native-server/http/message/response.h"

namespace image_cache {

struct HeadOptions {
  bool keep_alive = true;
  bool is_http_1_0 = false;
};

// Adds Date, Content-Length or Transfer-Encoding, Connection, and what protects every answer from
// pages (nosniff, Cross-Origin-Resource-Policy) to the response's own lines.
// Replaces what `head` held.
void WriteHead(const Response& response, HeadOptions options, std::string& head);

}  // namespace image_cache
