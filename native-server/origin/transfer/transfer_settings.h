// The settings that every request to an origin has in common. For the downloader's thread.
#pragma once

#include <new>
#include <stdexcept>

#include "native-server/origin/downloader.h"
#include "native-server/origin/transfer/curl_handles.h"

namespace image_cache {

// Throws std::bad_alloc, or std::logic_error for an option that this libcurl does not know.
template <typename Value>
void SetCurlOption(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) throw std::logic_error(curl_easy_strerror(code));
}

// REQUIRES: `easy` is fresh. It keeps these for all its transfers: libcurl 7.88 may hold on to the
// receive buffer of the last one, and then takes no size for it any more.
void ApplyTransferSettings(CURL* easy, const DownloaderOptions& options);

}  // namespace image_cache
