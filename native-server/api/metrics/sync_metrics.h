// The metrics of --sync and of the warming at the start.
#pragma once

#include "native-server/api/metrics/metric_families.h"
#include "native-server/services/sync/sync_service.h"
#include "native-server/services/warming/start_warming.h"

namespace image_cache {

// Of all folders together, so that no label grows with them; nothing without --sync.
void AddSync(MetricFamilies& families, const SyncStats& sync);
// Nothing without --warm and --warm-last.
void AddWarming(MetricFamilies& families, const WarmingStats& warming);

}  // namespace image_cache
