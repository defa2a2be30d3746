#include "tests/native-server/origin/fake_origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "shared/keys/url.h"

namespace image_cache {

std::string FakeOrigin::Request::Target() const {
  const std::size_t begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

std::string FakeOrigin::Request::Header(std::string_view name) const {
  const std::string lower = ToLowerAscii(head);
  const std::string needle = "\r\n" + ToLowerAscii(name) + ": ";
  const std::size_t at = lower.find(needle);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + needle.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

void FakeOrigin::Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      open_ = false;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void FakeOrigin::Connection::Answer(int status, std::string_view body,
                                    std::string_view extra_headers) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) +
                       " Scripted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  answer.append(extra_headers).append("\r\n").append(body);
  Send(answer);
}

void FakeOrigin::Connection::Reset() {
  // Dissolves the connection with a RST and leaves the descriptor open (Linux, RFC 9293 ABORT).
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  ::connect(fd_, &nobody, sizeof(nobody));
  open_ = false;
}

void FakeOrigin::Connection::WaitForPeerToLeave() {
  char byte = 0;
  while (::recv(fd_, &byte, 1, 0) > 0) {
  }
  open_ = false;
}

FakeOrigin::FakeOrigin(Script script) : script_(std::move(script)) {
  listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, length) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &length) != 0) {
    throw std::runtime_error("the fake origin cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeOrigin::~FakeOrigin() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const UniqueFd& socket : sockets_) ::shutdown(socket.get(), SHUT_RDWR);
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (std::thread& server : servers_) server.join();
}

std::size_t FakeOrigin::Connections() const {
  const std::lock_guard lock(mutex_);
  return sockets_.size();
}

std::vector<FakeOrigin::Request> FakeOrigin::Requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FakeOrigin::Accept() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    sockets_.emplace_back(fd);
    if (stopping_) return;
    servers_.emplace_back([this, fd] { Serve(fd); });
  }
}

void FakeOrigin::Serve(int fd) {
  Connection connection(fd);
  std::string received;
  while (connection.IsOpen()) {
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) {
      std::array<char, 4096> buffer;
      const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      received.append(buffer.data(), static_cast<std::size_t>(got));
      continue;
    }
    Request request{received.substr(0, end + 4)};
    received.erase(0, end + 4);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    script_(connection, request);
  }
  ::shutdown(fd, SHUT_RDWR);
}

}  // namespace image_cache
