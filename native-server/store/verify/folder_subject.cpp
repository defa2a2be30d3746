#include "native-server/store/verify/folder_subject.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/folder_lock.h"
#include "native-server/store/index/index_reader.h"
#include "native-server/store/index/sqlite_entry_row.h"
#include "native-server/store/index/sqlite_forms.h"
#include "native-server/store/index/try.h"
#include "shared/paths/actor_id.h"

namespace image_cache {
namespace {

Result<void, IndexError> VisitEntries(SqliteDatabase& database,
                                      const std::function<void(const Entry&)>& visit) {
  auto rows = database.Prepare("SELECT " + std::string(kEntryColumns) + " FROM entries");
  if (!rows) return tl::make_unexpected(rows.error());
  Entry entry;
  for (;;) {
    const auto more = rows->Step();
    if (!more) return tl::make_unexpected(more.error());
    if (!*more) return {};
    ReadEntry(*rows, entry);
    visit(entry);
  }
}

ErrnoResult<std::string> ReadAll(FileSystem& files, int fd) {
  constexpr std::size_t kPieceBytes = 256 << 10;
  std::string text;
  for (;;) {
    const std::size_t begin = text.size();
    text.resize(begin + kPieceBytes);
    const auto count = files.ReadAt(fd, std::span(text).subspan(begin), begin);
    if (!count) return tl::make_unexpected(count.error());
    text.resize(begin + *count);
    if (*count == 0) return text;
  }
}

}  // namespace

Result<std::unique_ptr<FolderSubject>, StoreError> FolderSubject::Open(
    const std::string& cache_dir, const S3Addressing& addressing) {
  auto fd = SystemFiles().OpenFolder(cache_dir);
  if (!fd && fd.error() == ENOENT) return Fail(StoreError::kNotFound, "there is no such folder");
  if (!fd) return FailWithErrno("it cannot be opened", fd.error());
  std::unique_ptr<FolderSubject> subject(new FolderSubject(std::move(*fd)));
  if (IsFolderInUse(subject->fd_.get())) {
    return Fail(StoreError::kInUse, "another process uses this cache folder");
  }
  if (auto loaded = subject->Load(cache_dir, addressing); !loaded) {
    return tl::make_unexpected(loaded.error());
  }
  return subject;
}

Result<void, StoreError> FolderSubject::Load(const std::string& cache_dir,
                                             const S3Addressing& addressing) {
  index_file_ = LookAtIndex();
  const auto read = ReadIndexOf(cache_dir, [this](SqliteDatabase& database) {
    images_ = ImageIndex();
    return Fill(database);
  });
  if (!read) return tl::make_unexpected(read.error());
  if (*read) return {};
  return LoadManifest(addressing);
}

Result<void, IndexError> FolderSubject::Fill(SqliteDatabase& database) {
  IMAGE_CACHE_TRY(VisitEntries(database, [this](const Entry& entry) { Put(entry); }));
  const auto has_forms = HasForms(database);
  if (!has_forms) return tl::make_unexpected(has_forms.error());
  if (!*has_forms) return {};
  return ReadForms(database, [this](const std::string& local_path, const CompressedForm& form) {
    if (images_.FindByPath(local_path)) images_.SetForm(local_path, form);
  });
}

Result<void, StoreError> FolderSubject::LoadManifest(const S3Addressing& addressing) {
  const auto file = files_.Open(fd_.get(), kManifestFile, O_RDONLY | O_NONBLOCK, 0);
  if (!file) return {};  // as a start would, which then begins with nothing
  const auto text = ReadAll(files_, file->get());
  if (!text) return FailWithErrno("manifest.json cannot be read", text.error());
  const auto document = ParseManifestJson(*text);
  if (!document) {
    not_adopted_.Add("manifest.json is broken: " + document.error().detail);
    return {};
  }
  Adoption adoption = Adopt(*document, folder(), addressing);
  for (const Entry& entry : adoption.entries) Put(entry);
  not_adopted_ = std::move(adoption.not_adopted);
  return {};
}

void FolderSubject::Put(const Entry& entry) {
  // What breaks a rule is not served, and forgotten by the next start.
  const bool is_sound = LocalPath::Parse(entry.local_path).has_value() &&
                        IsValidActorId(entry.actor_id) && !images_.FindByPath(entry.local_path);
  if (is_sound) images_.Put(entry);
}

std::optional<Entry> FolderSubject::FindByPath(const LocalPath& path) const {
  const auto entry = images_.FindByPath(path.text());
  if (!entry) return std::nullopt;
  return entry->ToEntry();
}

Entry FolderSubject::FileOf(const Entry& entry) const { return images_.FileOf(entry); }

std::optional<LocalPath> FolderSubject::PathOfFile(const LocalPath& file) const {
  const auto path = images_.PathOfFile(file.text());
  if (!path) return std::nullopt;
  auto parsed = LocalPath::Parse(*path);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

void FolderSubject::VisitActor(std::string_view actor_id,
                               const std::function<void(const Entry&)>& visit) const {
  images_.manifest().ForEachOfActor(actor_id, AsEntries(visit));
}

std::optional<FileStamp> FolderSubject::LookAtIndex() const {
  const auto status = files_.StatName(fd_.get(), kIndexFile);
  if (!status) return std::nullopt;
  return StampOf(*status);
}

bool FolderSubject::IsTaken() const {
  // The second: somebody had it and is gone again.
  return IsFolderInUse(fd_.get()) || LookAtIndex() != index_file_;
}

Judgement FolderSubject::JudgeEntry(const Entry& entry, const FileVerdict& verdict, bool) {
  if (IsTaken()) return Judgement::kAbandoned;
  const auto path = LocalPath::Parse(FileOf(entry).local_path);
  if (!path) return Judgement::kNotSo;
  const auto file = LookAtFile(folder(), *path);
  return file && *file == verdict.file ? Judgement::kConfirmed : Judgement::kNotSo;
}

Judgement FolderSubject::JudgeOrphan(const LocalPath& path, bool) {
  if (IsTaken()) return Judgement::kAbandoned;
  const auto file = LookAtFile(folder(), path);
  return file && *file ? Judgement::kConfirmed : Judgement::kNotSo;
}

bool FolderSubject::HasSmaller(const SmallerName& name) const {
  return images_.FindByPath(name.original.text()).has_value();
}

Judgement FolderSubject::JudgeSmaller(const SmallerName& name, const FileVerdict& verdict, bool) {
  if (IsTaken()) return Judgement::kAbandoned;
  const auto file = LookAtSmaller(folder(), name);
  return file && *file && *file == verdict.file ? Judgement::kConfirmed : Judgement::kNotSo;
}

Judgement FolderSubject::JudgeTemporary(const std::string&, bool) {
  return IsTaken() ? Judgement::kAbandoned : Judgement::kConfirmed;
}

}  // namespace image_cache
