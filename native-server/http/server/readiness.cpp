#include "native-server/http/server/readiness.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <system_error>

namespace image_cache {
namespace {

namespace asio = boost::asio;

constexpr auto kTuple = asio::as_tuple(kUseTask);

constexpr std::uint32_t kReading = EPOLLIN | EPOLLRDHUP | EPOLLET;

epoll_event MakeEvent(Readiness::Watcher& watcher, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watcher;
  return event;
}

int MakeSet() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return fd;
}

}  // namespace

Readiness::Readiness(asio::io_context& io) : set_(io, MakeSet()) {}

bool Readiness::Add(int fd, Watcher& watcher) {
  epoll_event event = MakeEvent(watcher, kReading);
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Readiness::WatchWriting(int fd, Watcher& watcher, bool is_wanted) {
  epoll_event event = MakeEvent(watcher, is_wanted ? kReading | EPOLLOUT : kReading);
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

void Readiness::Remove(int fd, const Watcher& watcher) {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &watcher) events_[i].data.ptr = nullptr;
  }
}

Task<void> Readiness::Run() {
  while (set_.is_open()) {
    auto [error] = co_await set_.async_wait(asio::posix::descriptor_base::wait_read, kTuple);
    if (error) co_return;
    // Between two rounds it is the turn of everything else on this thread. While there is enough to
    // do, nothing is waited for: what came in during a round is found by the next.
    while (set_.is_open() && Dispatch() > 0) co_await asio::post(set_.get_executor(), kUseTask);
  }
}

void Readiness::Close() {
  boost::system::error_code ignored;
  set_.close(ignored);
}

std::size_t Readiness::Dispatch() {
  const int found =
      ::epoll_wait(set_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  count_ = static_cast<std::size_t>(std::max(found, 0));
  for (next_ = 0; next_ < count_;) {
    const epoll_event& event = events_[next_++];
    auto* watcher = static_cast<Watcher*>(event.data.ptr);
    if (watcher == nullptr) continue;
    try {
      watcher->OnReady(event.events);
    } catch (const std::exception& error) {
      spdlog::error("a connection failed: {}", error.what());
    }
  }
  return std::exchange(count_, 0);
}

}  // namespace image_cache
