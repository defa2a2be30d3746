// Tells which downloads run, and why others wait.
//
// Stateless: reads a schedule that its caller has locked. O(n log lines) for n of the list, however
// many wait.
#pragma once

#include <cstddef>

#include "native-server/origin/download_list.h"
#include "native-server/origin/schedule/download_schedule.h"

namespace image_cache {

// At most `max` of each. Those that wait to be tried again take up to half of the waiting's places.
[[nodiscard]] DownloadList ListDownloads(const DownloadSchedule& schedule, std::size_t max,
                                         DownloadSchedule::TimePoint now);

}  // namespace image_cache
