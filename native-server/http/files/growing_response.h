// Answers with a file that is still being written, or with a part of it.
#pragma once

#include <memory>
#include <string_view>

#include "native-server/base/growing_file.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// 200; 206 or 416 when the length is known already and the request has a Range without If-Range.
// It has no validators yet, so conditions are not looked at. `header_lines` ("Name: value\r\n") are
// those of 200 and 206 besides the type. REQUIRES: the request's method is GET or HEAD.
[[nodiscard]] Response MakeGrowingResponse(const Request& request,
                                           std::shared_ptr<GrowingFile> file,
                                           std::string_view content_type,
                                           std::string_view header_lines);

}  // namespace image_cache
