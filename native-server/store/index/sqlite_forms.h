// Which entries lie compressed on the disk, as columns of their rows: `jxl_bytes` is 0 and
// `jxl_sha256` empty for the others.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "native-server/store/index/compressed_form.h"
#include "native-server/store/index/sqlite_handle.h"

namespace image_cache {

// Errors: kBroken, kIo.
[[nodiscard]] Result<void, IndexError> ReadForms(
    SqliteDatabase& database,
    const std::function<void(const std::string& local_path, const CompressedForm&)>& visit);

// An older index, read where it lies, has no such columns and nothing compressed.
[[nodiscard]] Result<bool, IndexError> HasForms(SqliteDatabase& database);

[[nodiscard]] std::string_view BytesOf(const Sha256Digest& digest);

}  // namespace image_cache
