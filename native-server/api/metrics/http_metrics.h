// The part of the metrics that is about connections: answers, pages that listen, the access log.
#pragma once

#include "native-server/api/events/event_hub.h"
#include "native-server/api/metrics/metric_families.h"
#include "native-server/http/access_log/access_log.h"
#include "native-server/http/server/server.h"

namespace image_cache {

void AddHttp(MetricFamilies& families, const HttpServerStats& http);
void AddEvents(MetricFamilies& families, const EventStats& events);
void AddAccessLog(MetricFamilies& families, const AccessLogStats& log);

}  // namespace image_cache
