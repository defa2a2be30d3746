// The metrics of what is kept on the disk, and of how well the disk is.
#pragma once

#include "native-server/api/metrics/metric_families.h"
#include "native-server/store/store.h"

namespace image_cache {

void AddStore(MetricFamilies& families, const StoreStats& store);

}  // namespace image_cache
