#include "native-server/store/index/sqlite_schema.h"

#include <spdlog/spdlog.h>

#include <string>

#include "native-server/store/index/sqlite_entry_row.h"
#include "native-server/store/index/try.h"

namespace image_cache {
namespace {

// `revision` of an entry is the manifest's after the commit that put it. `state` has one row;
// `closed` is 1 only between a Close and the next Load. `sha256` is 32 bytes, or text (see
// sqlite_entry_row.h). `notes` keeps small states of other parts of the store.
constexpr const char* kCreateEntries = R"sql(
  CREATE TABLE entries (
    s3_url       TEXT PRIMARY KEY NOT NULL,
    local_path   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    filename     TEXT NOT NULL,
    etag         TEXT NOT NULL,
    sha256       BLOB NOT NULL,
    cached_at_ms INTEGER NOT NULL,
    size_bytes   INTEGER NOT NULL,
    revision     INTEGER NOT NULL
  ) WITHOUT ROWID;
)sql";

constexpr const char* kCreateRest = R"sql(
  CREATE TABLE state (
    revision            INTEGER NOT NULL,
    last_updated_ms     INTEGER NOT NULL,
    closed              INTEGER NOT NULL,
    checkpoint_revision INTEGER NOT NULL,
    epoch               TEXT NOT NULL
  );
  INSERT INTO state VALUES (0, 0, 0, 0, lower(hex(randomblob(8))));
  CREATE TABLE notes (
    name    TEXT PRIMARY KEY NOT NULL,
    content BLOB NOT NULL
  ) WITHOUT ROWID;
)sql";

// A column that is added costs no row anything. The index has the compressed entries alone.
constexpr const char* kAddForms = R"sql(
  ALTER TABLE entries ADD COLUMN jxl_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries ADD COLUMN jxl_sha256 BLOB NOT NULL DEFAULT x'';
  CREATE INDEX compressed_entries ON entries (s3_url) WHERE jxl_bytes > 0;
  PRAGMA user_version = 3;
)sql";

Result<void, IndexError> Create(SqliteDatabase& database) {
  IMAGE_CACHE_TRY(database.Execute(kCreateEntries));
  IMAGE_CACHE_TRY(database.Execute(kCreateRest));
  return database.Execute(kAddForms);
}

// No checkpoint is known, so all of them wait for one: their revision is the last commit's.
Result<void, IndexError> MoveEntriesFromVersion1(SqliteDatabase& database) {
  auto from = database.Prepare("SELECT " + std::string(kEntryColumns) + " FROM entries_1");
  if (!from) return tl::make_unexpected(from.error());
  auto to = database.Prepare("INSERT INTO entries (" + std::string(kEntryColumns) +
                             ", revision) SELECT ?,?,?,?,?,?,?,?, revision FROM state_1");
  if (!to) return tl::make_unexpected(to.error());
  Entry entry;
  for (;;) {
    const auto more = from->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return {};
    ReadEntry(*from, entry);
    BindEntry(*to, entry);
    IMAGE_CACHE_TRY(to->Run());
  }
}

Result<void, IndexError> MigrateFromVersion1(SqliteDatabase& database) {
  spdlog::info("the index is of version 1: migrating it to version {}", kIndexVersion);
  IMAGE_CACHE_TRY(
      database.Execute("ALTER TABLE entries RENAME TO entries_1;"
                       "ALTER TABLE state RENAME TO state_1"));
  IMAGE_CACHE_TRY(Create(database));
  IMAGE_CACHE_TRY(MoveEntriesFromVersion1(database));
  return database.Execute(
      "UPDATE state SET (revision, last_updated_ms, closed) ="
      " (SELECT revision, last_updated_ms, closed FROM state_1);"
      "DROP TABLE entries_1;"
      "DROP TABLE state_1");
}

}  // namespace

tl::unexpected<Error<IndexError>> RefuseNewerIndex(std::int64_t version) {
  return Fail(IndexError::kNewerFormat, "its index has version " + std::to_string(version) +
                                            ", this program knows " +
                                            std::to_string(kIndexVersion));
}

Result<bool, IndexError> PrepareTables(SqliteDatabase& database) {
  const auto version = database.QueryInteger("PRAGMA user_version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version > kIndexVersion) return RefuseNewerIndex(*version);
  // Debian's SQLite overwrites what is deleted with zeros: clearing a million entries would write
  // the whole index into the log. Keys hold no signature, so nothing here needs that.
  IMAGE_CACHE_TRY(
      database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                       "PRAGMA secure_delete = OFF"));
  if (*version == kIndexVersion) return false;
  if (*version == 1) {
    IMAGE_CACHE_TRY(database.InTransaction([&] { return MigrateFromVersion1(database); }));
    return false;
  }
  if (*version == 2) {
    spdlog::info("the index is of version 2: migrating it to version {}", kIndexVersion);
    IMAGE_CACHE_TRY(database.InTransaction([&] { return database.Execute(kAddForms); }));
    return false;
  }
  // A file with tables of somebody else's fails here and is set aside.
  const auto tables = database.QueryInteger("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::make_unexpected(tables.error());
  if (*tables != 0) return Fail(IndexError::kBroken, "the file holds other tables");
  IMAGE_CACHE_TRY(database.InTransaction([&] { return Create(database); }));
  return true;
}

}  // namespace image_cache
