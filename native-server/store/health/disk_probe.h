// Whether the disk can be read and written now, tried with a tiny file in the temporary folder.
#pragma once

#include "native-server/base/clock.h"
#include "native-server/store/folder/cache_folder.h"
#include "native-server/store/health/health_machine.h"

namespace image_cache {

// Makes, writes, syncs, reads back, renames and removes the file; lists the pictures' folder. Uses
// `files` and not the folder's own, so that a failure is told once, by what is returned. Waits for
// the disk.
[[nodiscard]] HealthMachine::ProbeResult ProbeDisk(FileSystem& files, const CacheFolder& folder,
                                                   const Clock& clock);

}  // namespace image_cache
