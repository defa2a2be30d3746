// The header Server-Timing: what an answer has waited for, shown by the browser's own tools and
// told to pages by the Resource Timing API (https://www.w3.org/TR/server-timing/).
//
// Of a picture alone, and with --server-timing alone. A page of another origin learns of it only
// where Timing-Allow-Origin lets it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "native-server/services/fetch/followed_picture.h"

namespace image_cache {

// Of a hit: the same for each, so that it is put together once.
inline constexpr std::string_view kHitTiming = "Server-Timing: cache;desc=hit\r\n";

// Beside it, of a picture whose file was opened for this answer: "Server-Timing: disk;dur=0.1".
[[nodiscard]] std::string DiskTiming(std::chrono::microseconds opening);

// Of a miss: how long it waited for its turn, and then for the origin's first byte. Who has joined
// a running download may have waited for less.
[[nodiscard]] std::string MissTiming(const FollowedPicture& picture, bool joined);

}  // namespace image_cache
