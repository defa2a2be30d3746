// Turns a function that calls back, on any thread and exactly once, into something a Task can
// await.
//
//   Result<Removal, StoreError> removal =
//       co_await AwaitCallback<Result<Removal, StoreError>>(
//           [&](auto done) { store.ClearAll(std::move(done)); });
//
// The Task is resumed on its own thread, also when the callback comes before `start` has returned.
// The io_context must outlive whatever calls back: a call after its threads have ended is harmless,
// a call after its destruction is not.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "native-server/http/task.h"

namespace image_cache {

template <typename T, typename Start>
Task<T> AwaitCallback(Start start) {
  auto initiate = [&start](auto handler) {
    // std::function wants to be copied and a completion handler cannot be, so it is shared. The
    // work guard keeps the thread's io_context running while nothing but the callback is
    // outstanding.
    auto guard = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    std::function<void(T)> done = [waiting, guard](T value) {
      boost::asio::post(guard.get_executor(), [waiting, value = std::move(value)]() mutable {
        std::move (*waiting)(std::move(value));
      });
    };
    start(std::move(done));
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>,
                                                 void(T)>(std::move(initiate), kUseTask);
}

}  // namespace image_cache
