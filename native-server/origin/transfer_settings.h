// The settings that every request to an origin has in common. For the downloader's thread.
#pragma once

#include <chrono>
#include <new>
#include <stdexcept>

#include "native-server/origin/curl_handles.h"
#include "native-server/origin/downloader.h"

namespace image_cache {

// Throws std::bad_alloc, or std::logic_error for an option that this libcurl does not know.
template <typename Value>
void SetCurlOption(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) throw std::logic_error(curl_easy_strerror(code));
}

// `easy` is fresh or reset. `time_left` of the download's total timeout, over zero.
// `shares_connection`: waits for a connection that is just being made, to be one of several
// downloads on it (HTTP/2).
void ApplyTransferSettings(CURL* easy, const DownloaderOptions& options,
                           std::chrono::milliseconds time_left, bool shares_connection);

}  // namespace image_cache
