#include "tests/native-server/http/server/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace image_cache {

TestClient::TestClient(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

void TestClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // refused half-way: the answer tells
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool TestClient::Fill() {
  std::array<char, 65536> chunk{};
  const ssize_t count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
  if (count <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<TestAnswer> TestClient::Read(bool has_body) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  TestAnswer answer{.status = std::stoi(buffer_.substr(buffer_.find(' ') + 1, 3)),
                    .head = buffer_.substr(0, end + 2),
                    .body = {}};
  buffer_.erase(0, end + 4);
  const std::size_t field = answer.head.find("Content-Length: ");
  if (!has_body || field == std::string::npos) return answer;
  const std::size_t length = std::stoul(answer.head.substr(field + 16));
  while (buffer_.size() < length) {
    if (!Fill()) return std::nullopt;
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

std::string TestClient::ReadBytes(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

bool TestClient::IsClosed() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, 0) == 0;
}

void TestClient::CloseSending() { ::shutdown(socket_.get(), SHUT_WR); }

}  // namespace image_cache
