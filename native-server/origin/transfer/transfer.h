// One attempt at a download: a libcurl easy handle, its callbacks, and the sink they feed.
//
// Owned by the TransferPool and used on the downloader's thread only. It stays where it was made:
// libcurl keeps its address.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native-server/origin/schedule/download.h"
#include "native-server/origin/transfer/curl_handles.h"

namespace image_cache {

// What became of an attempt.
struct AttemptEnd {
  Result<void, OriginError> result;  // kNotModified is a good end, too
  // Another attempt may bring what this one did not, and the sink would not notice.
  bool may_try_again = false;
  bool timed_out = false;           // its time was spent waiting
  bool asked_to_slow_down = false;  // 503, 429, or silence
  std::optional<std::chrono::seconds> retry_after = {};
};

class Transfer {
 public:
  struct Manner {
    std::vector<std::string> headers = {};  // whole lines
    std::chrono::milliseconds time_left{};  // of the total timeout, over zero
    // Waits for a connection that is just being made, to be one of several downloads on it.
    bool shares_connection = false;
  };

  // `easy` has its settings (ApplyTransferSettings); an earlier transfer may have used it. `policy`
  // outlives the transfer. Throws std::bad_alloc when libcurl has no memory.
  Transfer(CurlEasy easy, std::unique_ptr<Download> download, const Manner& manner,
           const OriginPolicy& policy);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* Handle() const { return easy_.get(); }
  [[nodiscard]] const Download& Job() const { return *download_; }
  [[nodiscard]] std::uint64_t BodyBytes() const { return body_bytes_; }
  [[nodiscard]] bool UsedHttp2() const;
  // How long it took from its beginning to its first byte; 0 while there is none.
  [[nodiscard]] std::chrono::microseconds FirstByte() const;
  // When libcurl says that it ended with `code`.
  [[nodiscard]] AttemptEnd End(CURLcode code) const;

  // When it ended with `code` because an earlier answer on the same kept connection had sent more
  // than it had announced: runs it again on a new connection and returns true. The sink has heard
  // of nothing yet.
  [[nodiscard]] bool RunAgainIfSpoilt(CURLM* multi, CURLcode code);

  // The end, once. REQUIRES: the handle is in no multi handle any more.
  [[nodiscard]] CurlEasy TakeHandle() { return std::move(easy_); }
  [[nodiscard]] std::unique_ptr<Download> TakeDownload() { return std::move(download_); }

 private:
  [[nodiscard]] bool OnHeaderLine(std::string_view line);
  [[nodiscard]] bool OnHeadComplete();
  [[nodiscard]] bool BeginBody();
  [[nodiscard]] bool ContinueBody();
  [[nodiscard]] bool OnBody(std::span<const char> bytes);
  [[nodiscard]] Error<OriginError> FailureOf(CURLcode code) const;
  [[nodiscard]] bool IsWhole() const;
  [[nodiscard]] bool HasTooLongHead(CURLcode code) const;

  static std::size_t HeaderCallback(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t BodyCallback(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t OpenSocketCallback(void* self, curlsocktype purpose, curl_sockaddr* address);

  std::unique_ptr<Download> download_;
  const OriginPolicy& policy_;
  CurlList headers_;  // before easy_: libcurl reads it until the handle is gone
  const bool is_conditional_;
  const bool is_resumed_;
  CurlEasy easy_;

  long status_ = 0;          // of the final answer; 0 until its head is complete
  bool has_body_ = false;    // the answer's body is the object's
  bool is_another_ = false;  // where a resumed download was to go on, there is no such object
  std::size_t head_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;  // of the object, in this attempt
  std::string error_body_;        // the beginning of any other answer's
  bool sink_refused_ = false;
  bool has_unclear_end_ = false;
  bool address_refused_ = false;
  bool socket_opened_ = false;
};

}  // namespace image_cache
