// Answers with a file, or a part of it, or with the news that the client has it already.
#pragma once

#include <cstdint>
#include <string_view>

#include "native-server/base/unique_fd.h"
#include "native-server/http/request.h"
#include "native-server/http/response.h"

namespace image_cache {

struct FileDescription {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_s = 0;  // since the Unix epoch
  std::string_view etag;        // strong, with its quotes
  std::string_view content_type;
  // Further header lines ("Name: value\r\n") of 200, 206 and 304: Cache-Control and the like.
  std::string_view header_lines;
};

// 200, 206, 304, 412 or 416, by the request's conditions and range.
// REQUIRES: the request's method is GET or HEAD.
[[nodiscard]] Response MakeFileResponse(const Request& request, UniqueFd fd,
                                        const FileDescription& file);

}  // namespace image_cache
