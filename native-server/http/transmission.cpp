#include "native-server/http/transmission.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace image_cache {
namespace {

// One turn of a connection. A client that reads as fast as the disk gives must not keep a thread.
constexpr std::uint64_t kTurnBytes = 2 * 1024 * 1024;

iovec MakeIovec(std::string_view text) {
  // The kernel only reads; iovec has one type for both directions.
  return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

Transmission::State AfterError() {
  return errno == EAGAIN || errno == EWOULDBLOCK ? Transmission::State::kBlocked
                                                 : Transmission::State::kFailed;
}

}  // namespace

Transmission::Transmission(int socket, std::string_view head, const Body* body)
    : socket_(socket), head_(head) {
  if (body == nullptr) return;
  if (const auto* text = std::get_if<std::string>(body)) {
    memory_ = *text;
  } else if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(body)) {
    if (*shared) memory_ = **shared;
  } else if (const auto& file = std::get<FileSlice>(*body); file.length > 0) {
    file_ = &file;
  }
}

Transmission::State Transmission::Continue() {
  if (const State state = SendMemory(); state != State::kDone) return state;
  return file_ == nullptr ? State::kDone : SendFile(*file_);
}

Transmission::State Transmission::SendMemory() {
  while (!head_.empty() || !memory_.empty()) {
    std::array<iovec, 2> pieces = {MakeIovec(head_), MakeIovec(memory_)};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    // With MSG_MORE the head waits in the kernel for the first bytes of the file.
    const ssize_t sent =
        ::sendmsg(socket_, &message, MSG_NOSIGNAL | (file_ != nullptr ? MSG_MORE : 0));
    if (sent < 0) {
      if (errno == EINTR) continue;
      return AfterError();
    }
    const std::size_t of_head = std::min(static_cast<std::size_t>(sent), head_.size());
    head_.remove_prefix(of_head);
    memory_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
  return State::kDone;
}

Transmission::State Transmission::SendFile(const FileSlice& file) {
  std::uint64_t sent_in_turn = 0;
  while (file_sent_ < file.length) {
    if (sent_in_turn >= kTurnBytes) return State::kProgress;
    auto offset = static_cast<off_t>(file.offset + file_sent_);
    const std::uint64_t wanted = std::min(file.length - file_sent_, kTurnBytes);
    const ssize_t sent = ::sendfile(socket_, file.fd.get(), &offset, wanted);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return AfterError();
    }
    if (sent == 0) return State::kFailed;
    file_sent_ += static_cast<std::uint64_t>(sent);
    sent_in_turn += static_cast<std::uint64_t>(sent);
  }
  return State::kDone;
}

}  // namespace image_cache
