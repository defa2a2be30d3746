// Answers with a file, or a part of it, or with the news that the client has it already.
#pragma once

#include <memory>

#include "native-server/base/unique_fd.h"
#include "native-server/http/files/served_file.h"
#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"

namespace image_cache {

// 200, 206, 304, 412 or 416, by the request's conditions and range.
// REQUIRES: the request's method is GET or HEAD.
[[nodiscard]] Response MakeFileResponse(const Request& request,
                                        std::shared_ptr<const ServedFile> file);

// The same for a file that is opened for this one answer.
[[nodiscard]] Response MakeFileResponse(const Request& request, UniqueFd fd,
                                        const FileDescription& file);

}  // namespace image_cache
