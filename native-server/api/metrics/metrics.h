// GET /metrics: the same numbers for Prometheus, in its text format. Counters end in _total, sizes
// are in bytes, times in seconds; no label has a value that a client chooses.
#pragma once

#include <string>

#include "native-server/api/endpoints/open_images.h"
#include "native-server/api/events/event_hub.h"
#include "native-server/api/overview.h"
#include "native-server/http/server/server.h"

namespace image_cache {

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] std::string WriteMetrics(const Overview& overview, const HttpServerStats& http,
                                       const OpenImagesStats& open_images,
                                       const EventStats& events);

}  // namespace image_cache
