#include "native-server/origin/transfer/socket_watch.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace image_cache {

SocketWatch::SocketWatch()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  if (!epoll_ || !wake_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot watch sockets");
  }
}

void SocketWatch::Attach(CURLM* multi) {
  multi_ = multi;
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &SocketWatch::SocketCallback);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &SocketWatch::TimerCallback);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
}

void SocketWatch::Sleep(std::chrono::milliseconds at_most) {
  using std::chrono::milliseconds;
  if (timer_) {
    at_most = std::min(at_most, std::chrono::ceil<milliseconds>(*timer_ - Clock::now()));
  }
  const int timeout_ms = static_cast<int>(std::max(at_most, milliseconds(0)).count());
  const int count = ::epoll_wait(epoll_.get(), ready_.data(), kMaxReady, timeout_ms);
  ready_begin_ = 0;
  ready_end_ = static_cast<std::size_t>(std::max(count, 0));  // below 0: a signal came
  // Taken back now: who wakes the loop after this has not been looked after yet.
  eventfd_t calls = 0;
  ::eventfd_read(wake_.get(), &calls);  // fails when nobody called
}

bool SocketWatch::ActOnNext() {
  // First: it is what sets off a download that has just been added.
  if (timer_ && *timer_ <= Clock::now()) {
    timer_.reset();
    Act(CURL_SOCKET_TIMEOUT, 0);
    return true;
  }
  while (ready_begin_ != ready_end_) {
    const epoll_event event = ready_.at(ready_begin_++);
    if (event.data.fd == wake_.get()) continue;
    int events = 0;
    if ((event.events & EPOLLIN) != 0) events |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) events |= CURL_CSELECT_OUT;
    // A hang-up is read, so that the bytes before it are not lost.
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) events |= CURL_CSELECT_IN | CURL_CSELECT_ERR;
    Act(event.data.fd, events);
    return true;
  }
  return false;
}

void SocketWatch::Wake() { ::eventfd_write(wake_.get(), 1); }

int SocketWatch::SocketCallback(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<SocketWatch*>(self)->Watch(socket, what);
  return 0;
}

int SocketWatch::TimerCallback(CURLM*, long delay_ms, void* self) {
  auto& timer = static_cast<SocketWatch*>(self)->timer_;
  timer.reset();
  if (delay_ms >= 0) timer = Clock::now() + std::chrono::milliseconds(delay_ms);
  return 0;
}

void SocketWatch::Watch(int socket, int what) {
  epoll_event event{};
  event.data.fd = socket;
  if ((what & CURL_POLL_IN) != 0 && what != CURL_POLL_REMOVE) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0 && what != CURL_POLL_REMOVE) event.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket, &event);
  } else if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket, &event) != 0) {
    // Not known yet. One that cannot be watched at all ends by its timeout.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event);
  }
}

void SocketWatch::Act(curl_socket_t socket, int events) {
  int still_running = 0;
  curl_multi_socket_action(multi_, socket, events, &still_running);
}

}  // namespace image_cache
