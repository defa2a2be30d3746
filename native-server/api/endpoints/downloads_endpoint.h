// GET /api/cache/downloads: what is being fetched, and what waits and why.
#pragma once

#include <cstdint>

#include "native-server/http/message/response.h"
#include "native-server/origin/downloader.h"

namespace image_cache {

// At most kMaxListedDownloads of those that run and of those that wait; no URL says what signs it.
inline constexpr std::size_t kMaxListedDownloads = 50;

[[nodiscard]] Response AnswerDownloads(const Downloader& downloader, std::int64_t now_ms);

}  // namespace image_cache
