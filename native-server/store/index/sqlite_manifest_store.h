// The index in SQLite: <cache-dir>/index.sqlite, in WAL mode.
//
// synchronous=NORMAL: a commit is in the WAL file when it returns, so it survives the process but,
// until SQLite's next checkpoint, not the power. Its tables are in sqlite_schema.cpp.
#pragma once

#include <memory>
#include <string>

#include "native-server/store/index/manifest_store.h"
#include "native-server/store/index/sqlite_handle.h"

namespace image_cache {

class SqliteManifestStore final : public ManifestStore {
 public:
  // `path`: a file that exists; an empty one is a new index, one of an older version is migrated.
  // Errors: kBroken, kNewerFormat, kIo.
  [[nodiscard]] static Result<std::unique_ptr<SqliteManifestStore>, IndexError> Open(
      const std::string& path);

  // After so many pages the log (WAL) is moved into the database, and then no larger than they are.
  [[nodiscard]] Result<void, IndexError> LimitLog(int pages);

  [[nodiscard]] Result<LoadedIndex, IndexError> Load(
      const std::function<void(const Entry&, std::uint64_t revision)>& visit) override;
  [[nodiscard]] Result<void, IndexError> LoadForms(
      const std::function<void(const std::string& local_path, const CompressedForm&)>& visit)
      override;
  [[nodiscard]] Result<std::optional<std::string>, IndexError> LoadNote(
      std::string_view name) override;
  [[nodiscard]] Result<void, IndexError> Apply(const IndexChange& change) override;
  [[nodiscard]] bool IsLost() override { return database_.HasMoved(); }
  void Close() override;

 private:
  explicit SqliteManifestStore(SqliteDatabase database) : database_(std::move(database)) {}

  [[nodiscard]] Result<void, IndexError> Prepare();
  [[nodiscard]] Result<LoadedIndex, IndexError> LoadState();
  [[nodiscard]] Result<void, IndexError> BeginRun(LoadedIndex& loaded);
  [[nodiscard]] Result<void, IndexError> ApplyInTransaction(const IndexChange& change);

  SqliteDatabase database_;  // before the statements: they must go first
  SqliteStatement put_, remove_, set_form_, set_state_, set_checkpoint_, put_note_, get_note_;
  bool is_new_ = false;
};

}  // namespace image_cache
