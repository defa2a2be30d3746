// What a connection tells the access log.
#include "native-server/http/server/connection.h"
#include "native-server/http/server/peer_address.h"

namespace image_cache {

void Connection::NoteBeginning() {
  if (state_.access_log == nullptr) return;
  began_ms_ = state_.access_log->NowMs();
  began_ = std::chrono::steady_clock::now();
}

void Connection::LogAccess(int status, bool is_whole) {
  if (state_.access_log == nullptr) return;
  if (client_.empty()) client_ = PeerAddress(fd());
  const auto took = std::chrono::steady_clock::now() - began_;
  state_.access_log->Note({.time_ms = began_ms_,
                           .client = client_,
                           .method = NameOf(request_.method()),
                           .target = {},
                           .version = parser_->is_http_1_0() ? "HTTP/1.0" : "HTTP/1.1",
                           .status = status,
                           .body_bytes = transmission_ ? transmission_->SentBytes() : 0,
                           .duration_us = static_cast<std::uint64_t>(
                               std::chrono::duration_cast<std::chrono::microseconds>(took).count()),
                           .is_whole = is_whole,
                           .referer = request_.Header("Referer"),
                           .user_agent = request_.Header("User-Agent")},
                          request_.path(), request_.query());
}

}  // namespace image_cache
