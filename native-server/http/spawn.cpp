#include "native-server/http/spawn.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace image_cache {

void Spawn(const Executor& executor, Task<void> task) {
  boost::asio::co_spawn(executor, std::move(task), [](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::error("a connection failed: {}", error.what());
    }
  });
}

}  // namespace image_cache
