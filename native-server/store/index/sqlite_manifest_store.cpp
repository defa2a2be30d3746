#include "native-server/store/index/sqlite_manifest_store.h"

#include <spdlog/spdlog.h>

#include "native-server/store/index/sqlite_entry_row.h"
#include "native-server/store/index/sqlite_forms.h"
#include "native-server/store/index/sqlite_schema.h"
#include "native-server/store/index/try.h"

namespace image_cache {

Result<std::unique_ptr<SqliteManifestStore>, IndexError> SqliteManifestStore::Open(
    const std::string& path) {
  auto database = SqliteDatabase::Open(path);
  if (!database) return tl::make_unexpected(database.error());
  std::unique_ptr<SqliteManifestStore> store(new SqliteManifestStore(std::move(*database)));
  IMAGE_CACHE_TRY(store->Prepare());
  return store;
}

Result<void, IndexError> SqliteManifestStore::Prepare() {
  const auto is_new = PrepareTables(database_);
  if (!is_new) return tl::make_unexpected(is_new.error());
  is_new_ = *is_new;

  const auto prepare = [this](SqliteStatement& statement,
                              std::string_view sql) -> Result<void, IndexError> {
    auto prepared = database_.Prepare(sql);
    if (!prepared) return tl::make_unexpected(prepared.error());
    statement = std::move(*prepared);
    return {};
  };
  IMAGE_CACHE_TRY(prepare(put_, "INSERT OR REPLACE INTO entries (" + std::string(kEntryColumns) +
                                    ", revision) VALUES (?,?,?,?,?,?,?,?,?)"));
  IMAGE_CACHE_TRY(prepare(remove_, "DELETE FROM entries WHERE s3_url = ?"));
  IMAGE_CACHE_TRY(
      prepare(set_form_, "UPDATE entries SET jxl_bytes = ?, jxl_sha256 = ? WHERE s3_url = ?"));
  IMAGE_CACHE_TRY(
      prepare(set_state_, "UPDATE state SET revision = ?, last_updated_ms = ?, closed = 0"));
  IMAGE_CACHE_TRY(prepare(set_checkpoint_, "UPDATE state SET checkpoint_revision = ?"));
  IMAGE_CACHE_TRY(prepare(put_note_, "INSERT OR REPLACE INTO notes (name, content) VALUES (?, ?)"));
  return prepare(get_note_, "SELECT content FROM notes WHERE name = ?");
}

Result<LoadedIndex, IndexError> SqliteManifestStore::LoadState() {
  auto state = database_.Prepare(
      "SELECT revision, last_updated_ms, closed, checkpoint_revision, epoch FROM state");
  if (!state) return tl::make_unexpected(state.error());
  const auto row = state->Step();
  if (!row) return tl::make_unexpected(row.error());
  if (!*row) return Fail(IndexError::kBroken, "the index has lost its state");
  return LoadedIndex{.revision = static_cast<std::uint64_t>(state->Integer(0)),
                     .last_updated_ms = state->Integer(1),
                     .checkpoint_revision = static_cast<std::uint64_t>(state->Integer(3)),
                     .epoch = state->Text(4),
                     .is_new = is_new_,
                     .was_closed = state->Integer(2) != 0};
}

Result<void, IndexError> SqliteManifestStore::LimitLog(int pages) {
  constexpr int kPageBytes = 4096;
  const std::string sql = "PRAGMA wal_autocheckpoint = " + std::to_string(pages) +
                          "; PRAGMA journal_size_limit = " + std::to_string(pages * kPageBytes);
  return database_.Execute(sql.c_str());
}

Result<void, IndexError> SqliteManifestStore::LoadForms(
    const std::function<void(const std::string& local_path, const CompressedForm&)>& visit) {
  return ReadForms(database_, visit);
}

Result<LoadedIndex, IndexError> SqliteManifestStore::Load(
    const std::function<void(const Entry&, std::uint64_t revision)>& visit) {
  auto loaded = LoadState();
  if (!loaded) return loaded;
  auto entries =
      database_.Prepare("SELECT " + std::string(kEntryColumns) + ", revision FROM entries");
  if (!entries) return tl::make_unexpected(entries.error());
  Entry entry;
  for (;;) {
    const auto more = entries->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) break;
    ReadEntry(*entries, entry);
    visit(entry, static_cast<std::uint64_t>(entries->Integer(8)));
  }
  entries->Reset();
  IMAGE_CACHE_TRY(BeginRun(*loaded));
  return loaded;
}

Result<void, IndexError> SqliteManifestStore::BeginRun(LoadedIndex& loaded) {
  // On the platter before anything else is: a power loss must not bring back the mark of the clean
  // stop before this run, nor a revision of this run in the same epoch.
  IMAGE_CACHE_TRY(database_.Execute("PRAGMA synchronous = FULL"));
  IMAGE_CACHE_TRY(
      database_.Execute(loaded.was_closed || loaded.is_new
                            ? "UPDATE state SET closed = 0"
                            : "UPDATE state SET closed = 0, epoch = lower(hex(randomblob(8)))"));
  IMAGE_CACHE_TRY(database_.Execute("PRAGMA synchronous = NORMAL"));
  const auto now = LoadState();
  if (!now) return tl::make_unexpected(now.error());
  loaded.epoch = now->epoch;
  return {};
}

Result<std::optional<std::string>, IndexError> SqliteManifestStore::LoadNote(
    std::string_view name) {
  get_note_.Bind(1, name);
  const auto row = get_note_.Step();
  std::optional<std::string> content;
  if (row && *row) content = get_note_.Text(0);
  get_note_.Reset();
  if (!row) return tl::make_unexpected(row.error());
  return content;
}

Result<void, IndexError> SqliteManifestStore::Apply(const IndexChange& change) {
  return database_.InTransaction([&] { return ApplyInTransaction(change); });
}

Result<void, IndexError> SqliteManifestStore::ApplyInTransaction(const IndexChange& change) {
  if (change.remove_all) IMAGE_CACHE_TRY(database_.Execute("DELETE FROM entries"));
  for (const std::string& key : change.removed_keys) {
    remove_.Bind(1, key);
    IMAGE_CACHE_TRY(remove_.Run());
  }
  const auto revision = static_cast<std::int64_t>(change.revision);
  for (const Entry& entry : change.puts) {
    BindEntry(put_, entry);
    put_.Bind(9, revision);
    IMAGE_CACHE_TRY(put_.Run());
  }
  for (const FormChange& changed : change.forms) {
    const CompressedForm form = changed.form.value_or(CompressedForm{});
    set_form_.Bind(1, static_cast<std::int64_t>(form.size_bytes));
    set_form_.BindCopyOfBytes(2, changed.form ? BytesOf(form.sha256) : std::string_view());
    set_form_.Bind(3, changed.key);
    IMAGE_CACHE_TRY(set_form_.Run());
  }
  for (const IndexNote& note : change.notes) {
    put_note_.Bind(1, note.name);
    put_note_.BindCopyOfBytes(2, note.content);
    IMAGE_CACHE_TRY(put_note_.Run());
  }
  if (change.checkpoint_revision) {
    set_checkpoint_.Bind(1, static_cast<std::int64_t>(*change.checkpoint_revision));
    IMAGE_CACHE_TRY(set_checkpoint_.Run());
  }
  set_state_.Bind(1, revision);
  set_state_.Bind(2, change.last_updated_ms);
  return set_state_.Run();
}

void SqliteManifestStore::Close() {
  auto closed = database_.Execute("UPDATE state SET closed = 1");
  if (closed) closed = database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!closed) spdlog::warn("the index was not closed cleanly: {}", closed.error().detail);
}

}  // namespace image_cache
