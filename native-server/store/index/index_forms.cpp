// What IndexWriter does when a picture is to lie on the disk in another form: the new file gets its
// place, the index says so, and only then the old one goes. A crash between leaves one file that no
// entry names.

#include <fcntl.h>

#include <shared_mutex>
#include <string>
#include <utility>

#include "native-server/store/index/index_writer.h"
#include "shared/paths/local_path.h"

namespace image_cache {

Result<void, StoreError> IndexWriter::ChangeForm(FormOrder& order) {
  if (auto recovered = RecoverIfLost(); !recovered) return recovered;
  const auto changed = [] {
    return Fail(StoreError::kNotFound, "the picture has changed meanwhile");
  };
  if (!IsStill(order.entry) || FormOf(order.entry).has_value() == order.form.has_value()) {
    return changed();
  }
  Entry old = FileOf(order.entry);
  const Entry fresh = order.form ? AsFile(order.entry, *order.form) : order.entry;
  const auto place = LocalPath::Parse(fresh.local_path);
  {
    // An earlier system may have given another picture this name.
    const std::shared_lock lock(index_.mutex);
    if (!place || (order.form && index_.images.FindByPath(fresh.local_path))) return changed();
  }
  if (auto placed = home_.folder().PlaceImage(order.image->file(), *place); !placed) return placed;

  IndexChange change;
  change.forms.push_back({.key = order.entry.s3_url, .form = order.form});
  change.revision = index_.committed_revision;
  {
    const std::shared_lock lock(index_.mutex);
    change.last_updated_ms = index_.images.manifest().last_updated_ms();
  }
  if (auto applied = Apply(change); !applied) {
    home_.folder().RemoveImage(*place);
    return applied;
  }
  {
    const std::lock_guard lock(index_.mutex);
    if (order.form) {
      index_.images.SetForm(order.entry.local_path, *order.form);
    } else {
      (void)index_.images.TakeForm(order.entry.local_path);
    }
  }
  BringToThePlatter(*place);
  order.image->space().Settle(fresh.size_bytes);
  unlinker_.Add({DebrisOf(std::move(old))});
  return {};
}

bool IndexWriter::IsStill(const Entry& entry) const {
  const std::shared_lock lock(index_.mutex);
  const auto now = index_.images.FindByPath(entry.local_path);
  return now && now->ToEntry() == entry;
}

Entry IndexWriter::FileOf(const Entry& entry) const {
  const std::shared_lock lock(index_.mutex);
  return index_.images.FileOf(entry);
}

std::optional<CompressedForm> IndexWriter::FormOf(const Entry& entry) const {
  const std::shared_lock lock(index_.mutex);
  const CompressedForm* form = index_.images.FormOf(entry.local_path);
  return form == nullptr ? std::nullopt : std::optional(*form);
}

void IndexWriter::BringToThePlatter(const LocalPath& path) {
  // Otherwise a power loss could bring back an index that names the file which is unlinked next.
  // What fails here is noted by the watch over the disk.
  FileSystem& files = home_.folder().files();
  const int root = home_.folder().fd();
  const std::string folder = std::string(kImagesFolder) + "/" + std::string(path.actor_id());
  if (auto opened = files.Open(root, folder, O_RDONLY | O_DIRECTORY)) {
    (void)files.Sync(opened->get());
  }
  if (auto opened = files.Open(root, std::string(kIndexFile) + "-wal", O_RDONLY)) {
    (void)files.Sync(opened->get());
  }
}

}  // namespace image_cache
