// SQLite's handles with owners, and its result codes as IndexErrors. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "native-server/store/index/manifest_store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace image_cache {

struct CloseSqlite {
  void operator()(sqlite3* database) const;
  void operator()(sqlite3_stmt* statement) const;
};

// A prepared statement. Bind, then Step until it says false, then Reset to use it again.
class SqliteStatement {
 public:
  SqliteStatement() = default;

  // Views are not copied: what they show must live until Reset. Indexes start at 1, as in SQL.
  void Bind(int index, std::string_view text);
  void Bind(int index, std::int64_t value);
  void BindCopyOfBytes(int index, std::string_view bytes);
  // True for a row, false at the end.
  [[nodiscard]] Result<bool, IndexError> Step();
  void Reset();
  // Step to the end, then Reset.
  [[nodiscard]] Result<void, IndexError> Run();

  // Columns of the current row; they start at 0, as in SQLite.
  [[nodiscard]] std::string Text(int column) const { return std::string(View(column)); }
  // Of a text or of bytes; valid until the next Step or Reset.
  [[nodiscard]] std::string_view View(int column) const;
  [[nodiscard]] bool IsBytes(int column) const;  // rather than text or a number
  [[nodiscard]] std::int64_t Integer(int column) const;

 private:
  friend class SqliteDatabase;
  std::unique_ptr<sqlite3_stmt, CloseSqlite> statement_;
};

enum class SqliteReading {
  kBesideAWriter,  // who may be changing the database now
  kAtRest,         // nobody has it open: no lock is taken and no file made beside it
};

class SqliteDatabase {
 public:
  // The file must exist: it was made with the mode it is to have.
  [[nodiscard]] static Result<SqliteDatabase, IndexError> Open(const std::string& path);
  [[nodiscard]] static Result<SqliteDatabase, IndexError> OpenToRead(const std::string& path,
                                                                     SqliteReading reading);

  [[nodiscard]] Result<void, IndexError> Execute(const char* sql);
  // All that `work` does is one transaction, which is undone when it fails.
  [[nodiscard]] Result<void, IndexError> InTransaction(
      const std::function<Result<void, IndexError>()>& work);
  [[nodiscard]] Result<SqliteStatement, IndexError> Prepare(std::string_view sql);
  // The one number that `sql` asks for.
  [[nodiscard]] Result<std::int64_t, IndexError> QueryInteger(std::string_view sql);
  // True when the file was moved or removed since it was opened.
  [[nodiscard]] bool HasMoved() const;

 private:
  [[nodiscard]] static Result<SqliteDatabase, IndexError> OpenAs(const std::string& name,
                                                                 int flags);

  std::unique_ptr<sqlite3, CloseSqlite> database_;
};

}  // namespace image_cache
