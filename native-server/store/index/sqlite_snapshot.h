// The index as it is at one moment, read beside its writer: nothing is locked that anybody else
// waits for, and no copy is made.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "native-server/store/index/sqlite_handle.h"
#include "shared/manifest/entry.h"

namespace image_cache {

struct SnapshotState {
  std::uint64_t revision = 0;
  std::int64_t last_updated_ms = 0;
};

// Shows the state, then every entry in the order of the keys, all of one commit; ends when a
// visitor says false. On a connection of its own, in a read transaction: SQLite's log cannot be
// reset meanwhile. Errors: kBroken, kIo.
[[nodiscard]] Result<void, IndexError> ReadSnapshot(
    const std::string& path, const std::function<bool(const SnapshotState&)>& on_state,
    const std::function<bool(const Entry&)>& on_entry);

}  // namespace image_cache
