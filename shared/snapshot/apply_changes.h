// Brings a table from one revision to a later one (docs/changes.md).
#pragma once

#include <cstddef>
#include <string_view>

#include "shared/keys/cache_key_maker.h"
#include "shared/result.h"
#include "shared/snapshot/snapshot_table.h"

namespace image_cache {

enum class ChangesError {
  kNotUnderstood,  // not JSON of this form, or an entry in it breaks a rule
  kGap,            // they begin after the table's revision: those between are missing
  kFullNeeded,     // the sender does not have them any more
  kOtherEpoch,     // they are of another count of revisions
};

// `json`: an answer of GET manifest?since= or a "changes" message. Gives how many entries were
// named: 0 for changes that the table has already. All are applied or, with an error, none.
// `keys` makes keys with the table's addressing.
[[nodiscard]] Result<std::size_t, ChangesError> ApplyChanges(std::string_view json,
                                                             CacheKeyMaker& keys,
                                                             SnapshotTable& table);

}  // namespace image_cache
