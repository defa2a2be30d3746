#include "native-server/http/server/growing_transmission.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace image_cache {

bool GrowingTransmission::MustWait() const {
  const GrowingFile::Progress progress = slice_.file->progress();
  return progress.state == GrowingFile::State::kGrowing && progress.size_bytes <= position_;
}

SendState GrowingTransmission::Continue() {
  for (;;) {
    if (const SendState state = SendFraming(); state != SendState::kDone) return state;
    if (is_last_framing_) return SendState::kDone;
    const SendState sent = SendFile(socket_, slice_.file->fd(), position_, piece_end_);
    if (sent != SendState::kDone) return sent;
    if (slice_.length && position_ == slice_.offset + *slice_.length) return SendState::kDone;

    const GrowingFile::Progress progress = slice_.file->progress();
    if (progress.state == GrowingFile::State::kFailed) return SendState::kFailed;
    if (TakePiece(progress)) continue;
    if (progress.state == GrowingFile::State::kGrowing) return SendState::kWaiting;
    // Whole, and yet not as long as was announced.
    if (slice_.length) return SendState::kFailed;
    framing_ = piece_end_ == slice_.offset ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
    unsent_ = framing_;
    is_last_framing_ = true;
  }
}

bool GrowingTransmission::TakePiece(GrowingFile::Progress progress) {
  constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t end = slice_.length ? slice_.offset + *slice_.length : kEndless;
  const std::uint64_t available = std::min(progress.size_bytes, end);
  if (available <= piece_end_) return false;
  if (!slice_.length) {
    // The line end behind a chunk waits for the next one: one small packet less for each.
    const std::string_view before = piece_end_ == slice_.offset ? "" : "\r\n";
    framing_ = fmt::format("{}{:x}\r\n", before, available - piece_end_);
    unsent_ = framing_;
  }
  piece_end_ = available;
  return true;
}

SendState GrowingTransmission::SendFraming() {
  while (!unsent_.empty()) {
    const int flags = MSG_NOSIGNAL | (is_last_framing_ ? 0 : MSG_MORE);
    const ssize_t sent = ::send(socket_, unsent_.data(), unsent_.size(), flags);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return SendStateOfErrno();
    }
    unsent_.remove_prefix(static_cast<std::size_t>(sent));
  }
  return SendState::kDone;
}

}  // namespace image_cache
