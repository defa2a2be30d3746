// Task<T>: a coroutine that runs on one of the server's threads and never leaves it.
//
// Every thread has an io_context of its own, so what one connection touches needs no lock. Naming
// the executor's type (instead of Asio's any_io_executor) spares a type erasure on every operation.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace image_cache {

using Executor = boost::asio::io_context::executor_type;

template <typename T>
using Task = boost::asio::awaitable<T, Executor>;

// The completion token of an operation that a Task awaits.
inline constexpr boost::asio::use_awaitable_t<Executor> kUseTask{};

}  // namespace image_cache
