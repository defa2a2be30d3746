#include "native-server/store/folder/cache_home.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/folder_rights.h"
#include "native-server/store/index/index_filler.h"
#include "native-server/store/index/sqlite_manifest_store.h"

namespace image_cache {
namespace {

Result<CacheHome::OpenedIndex, IndexError> TryOpenIndex(const std::string& path, int log_pages,
                                                        ImageIndex& images) {
  auto store = SqliteManifestStore::Open(path);
  if (!store) return tl::make_unexpected(store.error());
  if (auto limited = (*store)->LimitLog(log_pages); !limited) {
    return tl::make_unexpected(limited.error());
  }
  IndexFiller filler(images);
  auto loaded = (*store)->Load(
      [&](const Entry& entry, std::uint64_t revision) { filler.Add(entry, revision); });
  if (!loaded) return tl::make_unexpected(loaded.error());
  FilledIndex filled = filler.Finish();
  auto forms = (*store)->LoadForms([&](const std::string& local_path, const CompressedForm& form) {
    if (images.FindByPath(local_path)) images.SetForm(local_path, form);
  });
  if (!forms) return tl::make_unexpected(forms.error());
  CacheHome::OpenedIndex index;
  index.refused_keys = std::move(filled.refused_keys);
  for (std::size_t i = 0; !loaded->was_closed && i < filled.revisions.size(); ++i) {
    if (filled.revisions[i] > loaded->checkpoint_revision) {
      index.unproven.push_back(filled.path_hashes[i]);
    }
  }
  index.store = std::move(*store);
  index.loaded = *loaded;
  return index;
}

// SQLite says of a disk that fails to read (EIO) that the database is corrupt. So what looks broken
// is tried again, and nothing is set aside that cannot be read from one end to the other.
constexpr int kIndexAttempts = 2;

Result<void, StoreError> IsReadable(CacheFolder& folder) {
  const auto file = folder.files().Open(folder.fd(), kIndexFile, O_RDONLY | O_NONBLOCK);
  if (!file) return FailWithErrno("the index cannot be opened", file.error());
  std::vector<char> buffer(1 << 20);
  for (std::uint64_t offset = 0;;) {
    const auto count = folder.files().ReadAt(file->get(), buffer, offset);
    if (!count) return FailWithErrno("the index cannot be read", count.error());
    if (*count == 0) return {};
    offset += *count;
  }
}

// The WAL belongs to its database: beside a new one it would be garbage at best.
constexpr std::array<const char*, 3> kIndexSuffixes = {"", "-wal", "-shm"};

// Whether one of its files has a name elsewhere: in a copy of the folder with hard links (cp -al),
// or as a file that is none of ours. What is written here would be written there.
bool IsIndexShared(CacheFolder& folder) {
  return std::any_of(kIndexSuffixes.begin(), kIndexSuffixes.end(), [&folder](const char* suffix) {
    const auto status =
        folder.files().StatName(folder.fd(), std::string(kIndexFile).append(suffix));
    return status && S_ISREG(status->st_mode) && !IsOfOneName(*status);
  });
}

Result<void, StoreError> SetIndexAside(CacheFolder& folder, std::int64_t now_ms) {
  for (const char* suffix : kIndexSuffixes) {
    if (auto aside = folder.SetAside(kIndexFile, now_ms, suffix); !aside) return aside;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<CacheHome>, StoreError> CacheHome::Open(const std::string& cache_dir,
                                                               std::shared_ptr<FileSystem> files,
                                                               int index_log_pages,
                                                               StoreHealth* health) {
  auto folder = CacheFolder::Open(cache_dir, std::move(files));
  if (!folder) return tl::make_unexpected(folder.error());
  std::unique_ptr<CacheHome> home(new CacheHome(std::move(*folder), index_log_pages, health));
  if (auto taken = home->lock_.Take(home->folder_->fd()); !taken) {
    return tl::make_unexpected(taken.error());
  }
  TightenRights(*home->folder_);
  return home;
}

Result<CacheHome::OpenedIndex, StoreError> CacheHome::OpenIndex(std::int64_t now_ms,
                                                                ImageIndex& images) {
  if (IsIndexShared(*folder_)) {
    spdlog::warn("the index has another name elsewhere: starting with a new one");
    if (auto aside = SetIndexAside(*folder_, now_ms); !aside) {
      return tl::make_unexpected(aside.error());
    }
  }
  for (int attempt = 0;; ++attempt) {
    // Made here, because SQLite would make it readable for everybody.
    const auto file = folder_->files().Open(folder_->fd(), kIndexFile, O_RDWR | O_CREAT, 0600);
    if (!file) return FailWithErrno("the index cannot be opened", file.error());
    auto index = TryOpenIndex(folder_->PathOf(kIndexFile), index_log_pages_, images);
    if (index) return std::move(*index);
    images = ImageIndex(images.manifest().seed());
    const auto& error = index.error();
    if (error.code != IndexError::kBroken || attempt >= kIndexAttempts) {
      return Fail(StoreErrorOf(error.code), error.detail);
    }
    if (attempt == 0) continue;
    if (auto readable = IsReadable(*folder_); !readable)
      return tl::make_unexpected(readable.error());
    spdlog::warn("the index is broken ({}): starting with a new one", error.detail);
    if (auto aside = SetIndexAside(*folder_, now_ms); !aside) {
      return tl::make_unexpected(aside.error());
    }
  }
}

void CacheHome::NoteFailedIndex(StoreError error) {
  if (health_ != nullptr) health_->NoteFailedIndex(error);
}

Result<void, StoreError> CacheHome::Restore() {
  if (!lock_.IsLost() && !folder_->IsRemoved()) return {};
  if (auto remade = folder_->Remake(); !remade) return remade;
  return lock_.Take(folder_->fd());
}

}  // namespace image_cache
