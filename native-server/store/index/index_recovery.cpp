// What IndexWriter does when the cache folder was removed under the running server (design rule 9):
// folder and index are made again, and what is gone is forgotten.

#include <spdlog/spdlog.h>

#include <shared_mutex>
#include <utility>

#include "native-server/store/index/index_writer.h"
#include "shared/paths/local_path.h"

namespace image_cache {

bool IndexWriter::IsBehindTheFolder() const {
  // In this order: see times_replaced.
  return home_.folder().IsRemoved() || home_.lock().IsLost() ||
         home_.folder().times_replaced() != replacements_seen_;
}

void IndexWriter::StartOverIfLost() {
  const std::lock_guard lock(changing_);
  if (auto recovered = RecoverIfLost(); !recovered) {
    spdlog::error("the cache folder was removed and cannot be made again: {}",
                  recovered.error().detail);
  }
}

Result<void, StoreError> IndexWriter::RecoverIfLost() {
  if (auto restored = home_.Restore(); !restored) return restored;
  const std::uint64_t replacements = home_.folder().times_replaced();
  if (!store_->IsLost()) {
    replacements_seen_ = replacements;
    return {};
  }
  spdlog::warn("the cache folder was removed: starting over with what is left");
  ImageIndex nothing;  // it is a new one
  auto opened = home_.OpenIndex(clock_.NowMs(), nothing);
  if (!opened) return tl::make_unexpected(opened.error());
  store_ = std::move(opened->store);

  std::vector<Entry> lost;
  IndexChange change;
  change.remove_all = true;
  {
    const std::shared_lock lock(index_.mutex);
    index_.images.manifest().ForEach(
        [&](EntryView entry) { change.puts.push_back(entry.ToEntry()); });
  }
  std::erase_if(change.puts, [&](const Entry& entry) {
    const Entry file = FileOf(entry);
    const auto path = LocalPath::Parse(file.local_path);
    if (path && !home_.folder().IsVanished(*path, file.size_bytes)) {
      if (auto form = FormOf(entry)) change.forms.push_back({.key = entry.s3_url, .form = form});
      return false;
    }
    lost.push_back(entry);
    return true;
  });
  {
    const std::lock_guard lock(index_.mutex);
    for (const Entry& entry : lost) index_.images.Remove(entry.s3_url);
  }
  ++removals_;
  replacements_seen_ = replacements;
  const ChangeText text = change.puts.empty() ? TextOfRemovedAll() : TextOfRemoved(lost);
  std::vector<DebrisFile> debris;
  debris.reserve(lost.size());
  {
    const std::lock_guard lock(index_.mutex);
    for (Entry& entry : lost) debris.push_back(TakeDebris(index_.images, std::move(entry)));
  }
  unlinker_.Add(std::move(debris));
  auto committed = Commit(change);
  if (committed) Stamp(change);
  Announce(text);
  return committed;
}

}  // namespace image_cache
