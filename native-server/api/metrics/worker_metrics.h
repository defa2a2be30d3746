// The metrics of what worker processes do, and of what is kept of it.
#pragma once

#include "native-server/api/metrics/metric_families.h"
#include "native-server/services/smaller/smaller_service.h"
#include "native-server/store/store.h"
#include "native-server/workers/worker_pool.h"

namespace image_cache {

void AddSmaller(MetricFamilies& families, const SmallerServiceStats& service,
                const SmallerStats& kept);
void AddWorkers(MetricFamilies& families, const WorkerPoolStats& workers);

}  // namespace image_cache
