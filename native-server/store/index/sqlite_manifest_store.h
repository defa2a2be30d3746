// The index in SQLite: <cache-dir>/index.sqlite, in WAL mode.
//
// synchronous=NORMAL: a commit is in the WAL file when it returns, so it survives the process but,
// until the next checkpoint, not the power. PRAGMA user_version is the version of the tables.
#pragma once

#include <memory>
#include <string>

#include "native-server/store/index/manifest_store.h"
#include "native-server/store/index/sqlite_handle.h"

namespace image_cache {

inline constexpr std::int64_t kIndexVersion = 1;

class SqliteManifestStore final : public ManifestStore {
 public:
  // `path`: a file that exists; an empty one is a new index.
  // Errors: kBroken, kNewerFormat, kIo.
  [[nodiscard]] static Result<std::unique_ptr<SqliteManifestStore>, IndexError> Open(
      const std::string& path);

  [[nodiscard]] Result<LoadedIndex, IndexError> Load(
      const std::function<void(Entry)>& visit) override;
  [[nodiscard]] Result<void, IndexError> Apply(const IndexChange& change) override;
  [[nodiscard]] bool IsLost() override { return database_.HasMoved(); }
  void Close() override;

 private:
  explicit SqliteManifestStore(SqliteDatabase database) : database_(std::move(database)) {}

  [[nodiscard]] Result<void, IndexError> Prepare();
  [[nodiscard]] Result<void, IndexError> ApplyInTransaction(const IndexChange& change);

  SqliteDatabase database_;  // before the statements: they must go first
  SqliteStatement put_, remove_, set_state_;
  bool is_new_ = false;
};

}  // namespace image_cache
