// A manifest in JSON (manifest_json.h) read into a table: what a page does when it gets no
// snapshot.
//
// The entries are put in one by one as they come, never held as a whole. One that breaks a rule is
// left out; of two with one cache key the later stays.
#pragma once

#include <string_view>

#include "shared/manifest/manifest_json.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {

[[nodiscard]] Result<SnapshotTable, ManifestError> ReadSnapshotFromJson(std::string_view json,
                                                                        HashSeed seed = {});

}  // namespace image_cache
