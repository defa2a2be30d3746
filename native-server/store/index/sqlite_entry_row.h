// An entry as a row of the table `entries`: which column holds what. Everything that reads or
// writes such a row goes through here, so that all agree.
//
// A hash is 32 bytes in the row and 64 digits in the Entry; what is no hash in lower-case digits
// (an earlier system may have written anything) is kept as text, as it is.
#pragma once

#include <cstdint>
#include <string>

#include "native-server/store/index/sqlite_handle.h"
#include "shared/manifest/entry.h"

namespace image_cache {

// In the order of the functions below.
inline constexpr const char* kEntryColumns =
    "s3_url, local_path, actor_id, filename, etag, sha256, cached_at_ms, size_bytes";

// Binds the columns to the parameters 1 to 8. Views into `entry` are kept until the statement's
// Reset.
void BindEntry(SqliteStatement& statement, const Entry& entry);

// Reads the columns 0 to 7 of the current row into `entry`, whose strings keep their memory: one
// Entry read into again and again costs no allocation a row.
void ReadEntry(const SqliteStatement& statement, Entry& entry);

}  // namespace image_cache
