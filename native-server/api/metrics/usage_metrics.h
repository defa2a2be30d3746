// The metrics of --usage-model; none when it is off.
#pragma once

#include "native-server/api/metrics/metric_families.h"
#include "native-server/services/usage/usage_service.h"

namespace image_cache {

void AddUsage(MetricFamilies& families, const UsageStats& usage);

}  // namespace image_cache
