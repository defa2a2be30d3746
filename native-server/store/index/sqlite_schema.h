// The index's tables: made in a new file, brought up to date in an older one.
//
// PRAGMA user_version is the version of the tables. Version 1 knew neither from which commit an
// entry is nor how far all was known to be on the platter, and had no notes; version 2 no
// compressed pictures.
#pragma once

#include <cstdint>

#include "native-server/store/index/sqlite_handle.h"

namespace image_cache {

inline constexpr std::int64_t kIndexVersion = 3;
inline constexpr std::int64_t kFirstIndexVersionWithForms = 3;

// Makes the tables, or migrates them, each in one transaction: a crash leaves what was there. True
// when the file was empty. Errors: kNewerFormat, kBroken (the tables are somebody else's), kIo.
[[nodiscard]] Result<bool, IndexError> PrepareTables(SqliteDatabase& database);

// kNewerFormat, in words: "its index has version 3, this program knows 2".
[[nodiscard]] tl::unexpected<Error<IndexError>> RefuseNewerIndex(std::int64_t version);

}  // namespace image_cache
