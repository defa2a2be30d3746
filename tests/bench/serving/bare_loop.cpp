// The least that a server can do: epoll, read, and send the same bytes again and again.
//
// What the real server is compared with. It parses nothing but the end of a head, knows one answer
// and checks nothing; on loopback, for the benchmark alone. One thread.
//
//   bare_loop HEAD BODY [sendfile]     files; prints "listening on http://127.0.0.1:PORT"
//
// Without `sendfile` head and body lie in memory and go out in one send(2); with it the head goes
// out with MSG_MORE and the body by sendfile(2).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::string Contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Answer {
  std::string in_memory;      // the head; without `sendfile`, the body too
  int file = -1;              // the body, with `sendfile`
  off_t file_size_bytes = 0;  // 0 without `sendfile`
};

class Connection {
 public:
  Connection(int socket, const Answer& answer) : socket_(socket), answer_(answer) {}
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False when the connection has ended.
  bool Proceed() {
    if (sending_) return Send();
    std::array<char, 4096> buffer;
    const ssize_t got = recv(socket_, buffer.data(), buffer.size(), 0);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN;
    // wrk sends a whole head at once and waits for its answer: nothing has to be kept.
    if (!std::string_view(buffer.data(), static_cast<std::size_t>(got)).ends_with("\r\n\r\n")) {
      return false;
    }
    sending_ = true;
    sent_ = 0;
    file_offset_ = 0;
    return Send();
  }

 private:
  bool Send() {
    const std::string& memory = answer_.in_memory;
    const int flags = MSG_NOSIGNAL | (answer_.file_size_bytes > 0 ? MSG_MORE : 0);
    while (sent_ < memory.size()) {
      const ssize_t n = send(socket_, memory.data() + sent_, memory.size() - sent_, flags);
      if (n < 0) return errno == EAGAIN;
      sent_ += static_cast<std::size_t>(n);
    }
    while (file_offset_ < answer_.file_size_bytes) {
      const auto left = static_cast<std::size_t>(answer_.file_size_bytes - file_offset_);
      if (sendfile(socket_, answer_.file, &file_offset_, left) < 0) return errno == EAGAIN;
    }
    sending_ = false;
    return true;
  }

  const int socket_;
  const Answer& answer_;
  bool sending_ = false;
  std::size_t sent_ = 0;
  off_t file_offset_ = 0;
};

int Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, generic, size) != 0 || listen(listener, 4096) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    Fail("listen");
  }
  std::printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void Watch(int epoll, int descriptor, std::uint32_t events, void* owner) {
  epoll_event event{.events = events, .data = {.ptr = owner}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) Fail("epoll_ctl");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bare_loop HEAD BODY [sendfile]\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);  // sendfile(2) has no MSG_NOSIGNAL
  Answer answer{.in_memory = Contents(argv[1])};
  if (argc > 3) {
    answer.file = open(argv[2], O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (answer.file < 0 || fstat(answer.file, &status) != 0) Fail(argv[2]);
    answer.file_size_bytes = status.st_size;
  } else {
    answer.in_memory += Contents(argv[2]);
  }

  const int listener = Listen();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  Watch(epoll, listener, EPOLLIN, nullptr);
  std::array<epoll_event, 512> events;
  for (;;) {
    const int ready = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      if (auto* connection = static_cast<Connection*>(events[i].data.ptr); connection != nullptr) {
        if (!connection->Proceed()) delete connection;
        continue;
      }
      const int socket = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) continue;
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      // Deleted above, when it has ended; edge-triggered, since every answer is sent to its end.
      Watch(epoll, socket, EPOLLIN | EPOLLOUT | EPOLLET,
            std::make_unique<Connection>(socket, answer).release());
    }
  }
}
