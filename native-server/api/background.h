// A thread for what takes too long for the threads that serve pictures: writing a large manifest,
// compressing it, reading a large request.
//
// Owned by the Application; thread-safe. One thread, on purpose: ten clients that ask for the same
// compressed manifest find it made by the first.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
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
