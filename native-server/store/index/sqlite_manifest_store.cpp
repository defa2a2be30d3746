#include "native-server/store/index/sqlite_manifest_store.h"

#include <spdlog/spdlog.h>

namespace image_cache {
namespace {

// `state` has one row. `closed` is 1 only between a Close and the next Load.
constexpr const char* kCreateTables = R"sql(
  BEGIN IMMEDIATE;
  CREATE TABLE entries (
    s3_url       TEXT PRIMARY KEY NOT NULL,
    local_path   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    filename     TEXT NOT NULL,
    etag         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    cached_at_ms INTEGER NOT NULL,
    size_bytes   INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE state (
    revision        INTEGER NOT NULL,
    last_updated_ms INTEGER NOT NULL,
    closed          INTEGER NOT NULL
  );
  INSERT INTO state VALUES (0, 0, 0);
  PRAGMA user_version = 1;
  COMMIT;
)sql";

}  // namespace

// Runs an expression that gives a Result<void, IndexError>, and hands its failure to the caller.
#define IMAGE_CACHE_TRY(expression)                                                   \
  do {                                                                                \
    if (auto tried = (expression); !tried) return tl::make_unexpected(tried.error()); \
  } while (false)

Result<std::unique_ptr<SqliteManifestStore>, IndexError> SqliteManifestStore::Open(
    const std::string& path) {
  auto database = SqliteDatabase::Open(path);
  if (!database) return tl::make_unexpected(database.error());
  std::unique_ptr<SqliteManifestStore> store(new SqliteManifestStore(std::move(*database)));
  IMAGE_CACHE_TRY(store->Prepare());
  return store;
}

Result<void, IndexError> SqliteManifestStore::Prepare() {
  const auto version = database_.QueryInteger("PRAGMA user_version");
  if (!version) return tl::make_unexpected(version.error());
  if (*version > kIndexVersion) {
    return Fail(IndexError::kNewerFormat, "the index has version " + std::to_string(*version) +
                                              ", this program knows " +
                                              std::to_string(kIndexVersion));
  }
  IMAGE_CACHE_TRY(database_.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"));
  if (*version == 0) {
    // A file with tables of somebody else's fails here and is set aside.
    const auto tables = database_.QueryInteger("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tl::make_unexpected(tables.error());
    if (*tables != 0) return Fail(IndexError::kBroken, "the file holds other tables");
    IMAGE_CACHE_TRY(database_.Execute(kCreateTables));
    is_new_ = true;
  }
  const auto prepare = [this](SqliteStatement& statement,
                              std::string_view sql) -> Result<void, IndexError> {
    auto prepared = database_.Prepare(sql);
    if (!prepared) return tl::make_unexpected(prepared.error());
    statement = std::move(*prepared);
    return {};
  };
  IMAGE_CACHE_TRY(prepare(put_,
                          "INSERT OR REPLACE INTO entries (s3_url, local_path, actor_id, filename,"
                          " etag, sha256, cached_at_ms, size_bytes) VALUES (?,?,?,?,?,?,?,?)"));
  IMAGE_CACHE_TRY(prepare(remove_, "DELETE FROM entries WHERE s3_url = ?"));
  IMAGE_CACHE_TRY(
      prepare(set_state_, "UPDATE state SET revision = ?, last_updated_ms = ?, closed = 0"));
  return {};
}

Result<LoadedIndex, IndexError> SqliteManifestStore::Load(const std::function<void(Entry)>& visit) {
  LoadedIndex loaded{.is_new = is_new_};
  auto state = database_.Prepare("SELECT revision, last_updated_ms, closed FROM state");
  if (!state) return tl::make_unexpected(state.error());
  const auto row = state->Step();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return Fail(IndexError::kBroken, "the index has lost its state");
  loaded.revision = static_cast<std::uint64_t>(state->Integer(0));
  loaded.last_updated_ms = state->Integer(1);
  loaded.was_closed = state->Integer(2) != 0;
  state->Reset();

  auto entries = database_.Prepare(
      "SELECT s3_url, local_path, actor_id, filename, etag, sha256, cached_at_ms, size_bytes"
      " FROM entries");
  if (!entries) return tl::make_unexpected(entries.error());
  for (;;) {
    const auto more = entries->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    visit(Entry{.s3_url = entries->Text(0),
                .local_path = entries->Text(1),
                .actor_id = entries->Text(2),
                .filename = entries->Text(3),
                .etag = entries->Text(4),
                .sha256 = entries->Text(5),
                .cached_at_ms = entries->Integer(6),
                .size_bytes = static_cast<std::uint64_t>(entries->Integer(7))});
  }
  entries->Reset();
  if (loaded.was_closed) IMAGE_CACHE_TRY(database_.Execute("UPDATE state SET closed = 0"));
  return loaded;
}

Result<void, IndexError> SqliteManifestStore::Apply(const IndexChange& change) {
  IMAGE_CACHE_TRY(database_.Execute("BEGIN IMMEDIATE"));
  auto applied = ApplyInTransaction(change);
  if (applied) applied = database_.Execute("COMMIT");
  if (!applied) {
    // After some failures SQLite has rolled back already; then this one fails, rightly.
    (void)database_.Execute("ROLLBACK");
  }
  return applied;
}

Result<void, IndexError> SqliteManifestStore::ApplyInTransaction(const IndexChange& change) {
  if (change.remove_all) IMAGE_CACHE_TRY(database_.Execute("DELETE FROM entries"));
  for (const std::string& key : change.removed_keys) {
    remove_.Bind(1, key);
    IMAGE_CACHE_TRY(remove_.Run());
  }
  for (const Entry& entry : change.puts) {
    put_.Bind(1, entry.s3_url);
    put_.Bind(2, entry.local_path);
    put_.Bind(3, entry.actor_id);
    put_.Bind(4, entry.filename);
    put_.Bind(5, entry.etag);
    put_.Bind(6, entry.sha256);
    put_.Bind(7, entry.cached_at_ms);
    put_.Bind(8, static_cast<std::int64_t>(entry.size_bytes));
    IMAGE_CACHE_TRY(put_.Run());
  }
  set_state_.Bind(1, static_cast<std::int64_t>(change.revision));
  set_state_.Bind(2, change.last_updated_ms);
  return set_state_.Run();
}

void SqliteManifestStore::Close() {
  auto closed = database_.Execute("UPDATE state SET closed = 1");
  if (closed) closed = database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!closed) spdlog::warn("the index was not closed cleanly: {}", closed.error().detail);
}

#undef IMAGE_CACHE_TRY

}  // namespace image_cache
