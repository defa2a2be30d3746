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
#include <optional>
#include <utility>

#include "native-server/http/task.h"

namespace image_cache {

template <typename T, typename Start>
Task<T> AwaitCallback(Start start) {
  auto initiate = [&start]<typename Resume>(Resume resume) {
    // The work guard keeps the thread's io_context running while nothing but the callback is
    // outstanding.
    struct Waiting {
      std::optional<Resume> resume;
      boost::asio::executor_work_guard<Executor> guard;
    };
    // std::function wants to be copied and what resumes a Task cannot be, so it is shared.
    Executor executor = boost::asio::get_associated_executor(resume);
    auto waiting = std::make_shared<Waiting>(
        Waiting{std::move(resume), boost::asio::make_work_guard(executor)});
    std::function<void(T)> done = [waiting, executor](T value) {
      // Moved out, so that a copy of `done` which is kept somewhere keeps nothing alive.
      Resume ready = std::move(*waiting->resume);
      waiting->resume.reset();
      auto run = [ready = std::move(ready), value = std::move(value)]() mutable {
        std::move(ready)(std::move(value));
      };
      boost::asio::post(executor, std::move(run));
      waiting->guard.reset();
    };
    start(std::move(done));
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>,
                                                 void(T)>(std::move(initiate), kUseTask);
}

}  // namespace image_cache
