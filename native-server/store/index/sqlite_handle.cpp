#include "native-server/store/index/sqlite_handle.h"

#include <sqlite3.h>

namespace image_cache {
namespace {

// Another program may read the index, or back it up; it may hold it for this long.
constexpr int kBusyTimeoutMs = 5000;

tl::unexpected<Error<IndexError>> FailWithSqlite(sqlite3* database, int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:       // our SQL is right, so the tables are not ours
    case SQLITE_CONSTRAINT:  // as above
    case SQLITE_MISMATCH:
      return Fail(IndexError::kBroken, sqlite3_errmsg(database));
    case SQLITE_FULL:
      return Fail(IndexError::kFull, sqlite3_errmsg(database));
    case SQLITE_READONLY:
      return Fail(IndexError::kReadOnly, sqlite3_errmsg(database));
    default:
      return Fail(IndexError::kIo, sqlite3_errmsg(database));
  }
}

// https://www.sqlite.org/uri.html: only these three mean something else in a path.
std::string FileUri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%') {
      uri += "%25";
    } else if (c == '?') {
      uri += "%3f";
    } else if (c == '#') {
      uri += "%23";
    } else {
      uri += c;
    }
  }
  return uri;
}

}  // namespace

void CloseSqlite::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void CloseSqlite::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void SqliteStatement::Bind(int index, std::string_view text) {
  // A null pointer would be SQL's NULL; an empty view may hold one.
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::Bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}

void SqliteStatement::BindCopyOfBytes(int index, std::string_view bytes) {
  // A null pointer would be SQL's NULL here as well.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_TRANSIENT);
}

Result<bool, IndexError> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return FailWithSqlite(sqlite3_db_handle(statement_.get()), code);
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Result<void, IndexError> SqliteStatement::Run() {
  Result<bool, IndexError> row = Step();
  while (row && *row) row = Step();
  Reset();
  if (!row) return tl::make_unexpected(row.error());
  return {};
}

std::string_view SqliteStatement::View(int column) const {
  const auto* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool SqliteStatement::IsBytes(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_BLOB;
}

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

Result<SqliteDatabase, IndexError> SqliteDatabase::Open(const std::string& path) {
  return OpenAs(path, SQLITE_OPEN_READWRITE);
}

Result<SqliteDatabase, IndexError> SqliteDatabase::OpenToRead(const std::string& path,
                                                              SqliteReading reading) {
  if (reading == SqliteReading::kBesideAWriter) return OpenAs(path, SQLITE_OPEN_READONLY);
  return OpenAs(FileUri(path) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

Result<SqliteDatabase, IndexError> SqliteDatabase::OpenAs(const std::string& name, int flags) {
  SqliteDatabase database;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, nullptr);
  database.database_.reset(handle);
  if (code != SQLITE_OK) return FailWithSqlite(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  return database;
}

Result<void, IndexError> SqliteDatabase::Execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return FailWithSqlite(database_.get(), code);
  return {};
}

Result<void, IndexError> SqliteDatabase::InTransaction(
    const std::function<Result<void, IndexError>()>& work) {
  auto done = Execute("BEGIN IMMEDIATE");
  if (!done) return done;
  done = work();
  if (done) done = Execute("COMMIT");
  if (!done) {
    // After some failures SQLite has rolled back already; then this one fails, rightly.
    (void)Execute("ROLLBACK");
  }
  return done;
}

Result<SqliteStatement, IndexError> SqliteDatabase::Prepare(std::string_view sql) {
  SqliteStatement statement;
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return FailWithSqlite(database_.get(), code);
  statement.statement_.reset(handle);
  return statement;
}

Result<std::int64_t, IndexError> SqliteDatabase::QueryInteger(std::string_view sql) {
  auto statement = Prepare(sql);
  if (!statement) return tl::make_unexpected(statement.error());
  const auto row = statement->Step();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return Fail(IndexError::kBroken, "a value is missing");
  return statement->Integer(0);
}

bool SqliteDatabase::HasMoved() const {
  int moved = 0;
  return sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
             SQLITE_OK &&
         moved != 0;
}

}  // namespace image_cache
