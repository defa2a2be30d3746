// What the headers of an answer say, read from the libcurl handle that received it.
//
// For the downloader's thread, as the handle is. Headers come from the origin and end up in JSON
// and in later requests: what is not plain text of a sensible length counts as not sent.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "native-server/origin/downloader.h"
#include "native-server/origin/transfer/curl_handles.h"

namespace image_cache {

// The last one of that name in the final answer; empty when there is none.
[[nodiscard]] std::string AnswerHeader(CURL* easy, const char* name);

// Nothing when there are several, empty when there is none: for what must not be said in two ways.
[[nodiscard]] std::optional<std::string> OnlyHeader(CURL* easy, const char* name);

// Whether the answer says in one way only where its body ends (RFC 9112 §6.3): at most one length,
// a number, and no transfer coding besides "chunked", since none was asked for. libcurl would take
// the last of several lengths, read to the connection's end where one is past all bounds, and
// unpack a compressed transfer.
[[nodiscard]] bool HasClearEnd(CURL* easy);

[[nodiscard]] OriginHead ReadOriginHead(CURL* easy);

// Retry-After, whether it was sent as seconds or as a date; nothing when there is none.
[[nodiscard]] std::optional<std::chrono::seconds> ReadRetryAfter(CURL* easy);

}  // namespace image_cache
