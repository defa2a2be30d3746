// A thread for what takes too long for the threads that serve pictures: writing a large manifest,
// compressing it, reading a large request and beginning what it asks for.
//
// Owned by the Application; thread-safe. One thread, on purpose: ten clients that ask for the same
// compressed manifest find it made by the first.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include "native-server/http/await_callback.h"
#include "shared/result.h"

namespace image_cache {

class Background {
 public:
  // The work's result, on the caller's own thread again. `work` must be copyable; what it refers to
  // must outlive the Background. What it throws is thrown here.
  template <typename Work>
  Task<std::invoke_result_t<Work>> Run(Work work) {
    using Outcome = tl::expected<std::invoke_result_t<Work>, std::exception_ptr>;
    auto start = [this, &work](auto done) {
      boost::asio::post(thread_, [work = std::move(work), done = std::move(done)]() mutable {
        done(Try<Outcome>(work));
      });
    };
    Outcome outcome = co_await AwaitCallback<Outcome>(start);
    if (!outcome) std::rethrow_exception(outcome.error());
    co_return std::move(*outcome);
  }

  // Runs it some time later; nobody waits for it. REQUIRES: `work` does not throw.
  void Post(std::function<void()> work) { boost::asio::post(thread_, std::move(work)); }

  // As AwaitCallback, but `start` runs on this thread: it may take long before it has begun what
  // calls back. `start` must be copyable, and must not throw once it has called back.
  template <typename T, typename Start>
  Task<T> AwaitStarted(Start start) {
    using Outcome = tl::expected<T, std::exception_ptr>;
    auto begin = [this, &start](std::function<void(Outcome)> done) {
      boost::asio::post(thread_, [start = std::move(start), done = std::move(done)]() mutable {
        try {
          start([done](T value) { done(Outcome(std::move(value))); });
        } catch (...) {
          done(tl::make_unexpected(std::current_exception()));
        }
      });
    };
    Outcome outcome = co_await AwaitCallback<Outcome>(begin);
    if (!outcome) std::rethrow_exception(outcome.error());
    co_return std::move(*outcome);
  }

 private:
  template <typename Outcome, typename Work>
  static Outcome Try(Work& work) {
    try {
      return work();
    } catch (...) {
      return tl::make_unexpected(std::current_exception());
    }
  }

  boost::asio::thread_pool thread_{1};
};

}  // namespace image_cache
