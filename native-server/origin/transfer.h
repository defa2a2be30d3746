// One running download: a libcurl easy handle, its settings and callbacks, and the sink they feed.
//
// Owned by the downloader and used on its thread only. It stays where it was made: libcurl keeps
// its address.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native-server/origin/curl_handles.h"
#include "native-server/origin/downloader.h"
#include "native-server/origin/origin_url.h"

namespace image_cache {

class Transfer {
 public:
  // `easy` is fresh or reset. `headers` are whole lines. `policy` outlives the transfer.
  // Throws std::bad_alloc when libcurl has no memory.
  Transfer(CurlEasy easy, OriginUrl target, const std::vector<std::string>& headers,
           std::unique_ptr<DownloadSink> sink, const DownloaderOptions& options,
           const OriginPolicy& policy);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* Handle() const { return easy_.get(); }
  [[nodiscard]] std::uint64_t BodyBytes() const { return body_bytes_; }
  // What became of it, when libcurl says that it ended with `code`.
  [[nodiscard]] Result<void, OriginError> Outcome(CURLcode code) const;

  // When it ended with `code` because an earlier answer on the same kept connection had sent more
  // than it had announced: runs it again on a new connection and returns true. The sink has heard
  // of nothing yet.
  [[nodiscard]] bool RunAgainIfSpoilt(CURLM* multi, CURLcode code);

  // The end, once. REQUIRES: the handle is in no multi handle any more.
  [[nodiscard]] CurlEasy TakeHandle();
  [[nodiscard]] std::unique_ptr<DownloadSink> TakeSink() { return std::move(sink_); }

 private:
  void Configure(const DownloaderOptions& options);
  [[nodiscard]] bool OnHeaderLine(std::string_view line);
  [[nodiscard]] bool OnHeadComplete();
  [[nodiscard]] bool OnBody(std::span<const char> bytes);
  [[nodiscard]] std::string LastHeader(const char* name) const;
  [[nodiscard]] OriginHead ReadHead() const;

  static std::size_t HeaderCallback(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t BodyCallback(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t OpenSocketCallback(void* self, curlsocktype purpose, curl_sockaddr* address);

  OriginUrl target_;
  std::unique_ptr<DownloadSink> sink_;
  const OriginPolicy& policy_;
  CurlList headers_;  // before easy_: libcurl reads it until the handle is gone
  const bool is_conditional_;
  CurlEasy easy_;

  long status_ = 0;  // of the final answer; 0 until its head is complete
  std::size_t head_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;  // of a 200
  std::string error_body_;        // the beginning of any other answer's
  bool sink_refused_ = false;
  bool address_refused_ = false;
  bool socket_opened_ = false;
};

}  // namespace image_cache
