#include "native-server/store/folder/sweep.h"

#include <algorithm>
#include <unordered_set>

#include "native-server/store/folder/beneath.h"
#include "native-server/store/folder/our_name.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

// What is not there, or is no folder, holds no pictures. Any other failure says nothing about them.
ErrnoResult<std::vector<std::string>> List(CacheFolder& folder, const std::string& name) {
  auto names = folder.files().List(folder.fd(), name);
  if (!names && CacheFolder::MeansVanished(names.error())) return std::vector<std::string>();
  return names;
}

}  // namespace

ErrnoResult<SweepResult> Sweep(CacheFolder& folder, const ImageIndex& index) {
  std::unordered_set<const PackedEntry*> present;
  std::vector<LocalPath> orphans;
  const auto actors = List(folder, kImagesFolder);
  if (!actors) return tl::make_unexpected(actors.error());
  for (const std::string& actor : *actors) {
    const auto files = List(folder, std::string(kImagesFolder) + "/" + actor);
    if (!files) return tl::make_unexpected(files.error());
    for (const std::string& file : *files) {
      auto path = LocalPath::Parse(std::string(kLocalPathPrefix) + actor + "/" + file);
      if (!path) continue;
      if (const auto entry = index.FindByPath(path->text())) {
        present.insert(entry->place());
      } else if (IsOurName(*path)) {
        orphans.push_back(std::move(*path));
      }
    }
  }

  SweepResult result{.missing_keys = {}, .orphans_removed = orphans.size()};
  for (const LocalPath& orphan : orphans) folder.RemoveImage(orphan);
  index.manifest().ForEach([&](EntryView entry) {
    if (!present.contains(entry.place())) result.missing_keys.emplace_back(entry.s3_url());
  });
  return result;
}

}  // namespace image_cache
