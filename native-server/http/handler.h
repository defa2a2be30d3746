// Who answers a request: at once, or with a task when it has to wait for something.
#pragma once

#include <cstddef>
#include <functional>
#include <variant>

#include "native-server/http/message/request.h"
#include "native-server/http/message/response.h"
#include "native-server/http/task.h"

namespace image_cache {

// A response that is there already costs no coroutine.
using Answer = std::variant<Response, Task<Response>>;

// The request is the connection's and stays until the task has ended.
using Handler = std::function<Answer(Request& request)>;

// Called on each of the server's threads, with its number, about twice a second: for what a handler
// keeps for each thread and must let go of though nobody asks.
using Tidy = std::function<void(std::size_t thread)>;

}  // namespace image_cache
