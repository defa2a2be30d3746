// SQLite's system calls, made to fail: by its own seam for that, sqlite3_vfs::xSetSystemCall, which
// is one for the process.
#pragma once

#include <functional>
#include <optional>

namespace image_cache::testing {

// `next_fault` is asked before each call, on any thread: the errno to fail with, if it is to.
// Empty: nothing fails from now on.
void FailSqliteBy(std::function<std::optional<int>(bool writes)> next_fault);

}  // namespace image_cache::testing
