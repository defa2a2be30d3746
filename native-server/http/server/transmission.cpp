#include "native-server/http/server/transmission.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace image_cache {
namespace {

iovec MakeIovec(std::string_view text) {
  // The kernel only reads; iovec has one type for both directions.
  return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

}  // namespace

Transmission::Transmission(int socket, std::string_view head, const Body* body)
    : socket_(socket), head_(head) {
  if (body == nullptr) return;
  if (const auto* text = std::get_if<std::string>(body)) {
    memory_ = *text;
  } else if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(body)) {
    if (*shared) memory_ = **shared;
  } else if (const auto* bytes = std::get_if<SharedBytes>(body)) {
    memory_ = bytes->bytes;
  } else if (const auto* growing = std::get_if<GrowingSlice>(body)) {
    growing_.emplace(socket, *growing);
  } else if (const auto& file = std::get<FileSlice>(*body); file.length > 0) {
    file_ = &file;
    file_position_ = file.offset;
  }
  memory_bytes_ = memory_.size();
}

std::uint64_t Transmission::SentBytes() const {
  if (growing_) return growing_->sent_bytes();
  if (file_ != nullptr) return file_position_ - file_->offset;
  return memory_bytes_ - memory_.size();
}

Transmission::State Transmission::Continue() {
  if (const State state = SendMemory(); state != State::kDone) return state;
  if (growing_) return growing_->Continue();
  if (file_ == nullptr) return State::kDone;
  return SendFile(socket_, file_->fd->get(), file_position_, file_->offset + file_->length);
}

Transmission::State Transmission::SendMemory() {
  while (!head_.empty() || !memory_.empty()) {
    std::array<iovec, 2> pieces = {MakeIovec(head_), MakeIovec(memory_)};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    // With MSG_MORE the head waits in the kernel for the first bytes of the file.
    const bool more = growing_ ? !growing_->MustWait() : file_ != nullptr;
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    // A head alone (304, HEAD) needs no list of pieces, which the kernel would copy and check.
    const ssize_t sent = memory_.empty() ? ::send(socket_, head_.data(), head_.size(), flags)
                                         : ::sendmsg(socket_, &message, flags);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return SendStateOfErrno();
    }
    const std::size_t of_head = std::min(static_cast<std::size_t>(sent), head_.size());
    head_.remove_prefix(of_head);
    memory_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
  return State::kDone;
}

}  // namespace image_cache
