// libcurl's handles, freed by their owner. libcurl's threading rules are the owner's to keep: one
// thread at a time for each handle.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace image_cache {

template <auto Free>
struct CurlDeleter {
  template <typename Handle>
  void operator()(Handle* handle) const {
    Free(handle);
  }
};

// CURL and CURLM are both `void` to libcurl's users: the deleters are what tells them apart.
using CurlEasy = std::unique_ptr<CURL, CurlDeleter<&curl_easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, CurlDeleter<&curl_multi_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter<&curl_slist_free_all>>;
using CurlUrl = std::unique_ptr<CURLU, CurlDeleter<&curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, CurlDeleter<&curl_free>>;

}  // namespace image_cache
