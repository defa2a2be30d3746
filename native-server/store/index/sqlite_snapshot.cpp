#include "native-server/store/index/sqlite_snapshot.h"

#include "native-server/store/index/sqlite_entry_row.h"
#include "native-server/store/index/try.h"

namespace image_cache {

Result<void, IndexError> ReadSnapshot(const std::string& path,
                                      const std::function<bool(const SnapshotState&)>& on_state,
                                      const std::function<bool(const Entry&)>& on_entry) {
  // Not opened as read-only: the last to close the index removes its log, which that could not.
  auto database = SqliteDatabase::Open(path);
  if (!database) return tl::make_unexpected(database.error());
  IMAGE_CACHE_TRY(database->Execute("PRAGMA query_only = 1; BEGIN"));
  auto state = database->Prepare("SELECT revision, last_updated_ms FROM state");
  if (!state) return tl::make_unexpected(state.error());
  const auto row = state->Step();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return Fail(IndexError::kBroken, "the index has lost its state");
  if (!on_state({.revision = static_cast<std::uint64_t>(state->Integer(0)),
                 .last_updated_ms = state->Integer(1)})) {
    return {};
  }

  // The primary key's order, which is the table's own: nothing is sorted.
  auto entries =
      database->Prepare("SELECT " + std::string(kEntryColumns) + " FROM entries ORDER BY s3_url");
  if (!entries) return tl::make_unexpected(entries.error());
  Entry entry;
  for (;;) {
    const auto more = entries->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return {};
    ReadEntry(*entries, entry);
    if (!on_entry(entry)) return {};
  }
}

}  // namespace image_cache
