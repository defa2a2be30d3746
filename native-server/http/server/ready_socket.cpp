#include "native-server/http/server/ready_socket.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "native-server/http/await_callback.h"

namespace image_cache {

ReadySocket::ReadySocket(UniqueFd fd, Readiness& readiness)
    : fd_(std::move(fd)), readiness_(readiness) {
  if (!readiness_.Add(fd_.get(), *this)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

ReadySocket::~ReadySocket() {
  if (fd_) readiness_.Remove(fd_.get(), *this);
}

UniqueFd ReadySocket::Release() {
  readiness_.Remove(fd_.get(), *this);
  return std::move(fd_);
}

ReadySocket::Received ReadySocket::Receive(std::span<char> into) {
  using State = Received::State;
  if (!may_read_) return {.state = State::kNothingYet};
  for (;;) {
    const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (count > 0) {
      // Less than there was room for: that was all, and more will be an event. But what the other
      // side's end has told already it does not tell again.
      const auto bytes = static_cast<std::size_t>(count);
      may_read_ = bytes == into.size() || has_ended_;
      return {.state = State::kBytes, .count = bytes};
    }
    if (count < 0 && errno == EINTR) continue;
    if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return {.state = State::kEnded};
    may_read_ = false;
    return {.state = State::kNothingYet};
  }
}

void ReadySocket::AwaitRoomToWrite() {
  has_room_to_write_ = false;
  readiness_.WatchWriting(fd_.get(), *this, true);
}

void ReadySocket::ShutDownSending() { ::shutdown(fd_.get(), SHUT_WR); }

Task<void> ReadySocket::Sleep() {
  co_await AwaitCallback<bool>([this](std::function<void(bool)> done) { wake_ = std::move(done); });
}

void ReadySocket::Wake() {
  if (const auto wake = std::exchange(wake_, nullptr)) wake(true);
}

void ReadySocket::Abort() {
  ::shutdown(fd_.get(), SHUT_RDWR);
  may_read_ = true;  // the end
  Wake();
}

void ReadySocket::Abandon() { const auto dropped = std::exchange(wake_, nullptr); }

void ReadySocket::OnReady(std::uint32_t events) {
  may_read_ = may_read_ || (events & ~EPOLLOUT) != 0;
  if (!has_room_to_write_ && (events & EPOLLOUT) != 0) {
    has_room_to_write_ = true;
    readiness_.WatchWriting(fd_.get(), *this, false);
  }
  has_ended_ = has_ended_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  has_hung_up_ = has_hung_up_ || (events & (EPOLLHUP | EPOLLERR)) != 0;
  if (wake_ && !(may_read_ && ServeAsleep())) Wake();
}

}  // namespace image_cache
