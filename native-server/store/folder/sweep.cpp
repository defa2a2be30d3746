#include "native-server/store/folder/sweep.h"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "native-server/store/folder/our_name.h"
#include "native-server/store/proof/unproven.h"
#include "shared/paths/local_path.h"

namespace image_cache {
namespace {

// What is not there, or is no folder, holds no pictures. Any other failure says nothing about them.
ErrnoResult<std::vector<std::string>> List(const CacheFolder& folder, const std::string& name) {
  auto names = folder.files().List(folder.fd(), name);
  if (!names && CacheFolder::MeansVanished(names.error())) return std::vector<std::string>();
  return names;
}

// Its size is looked up, since its space counts as used until it is unlinked.
void AddOrphan(const CacheFolder& folder, const LocalPath& path, std::vector<DebrisFile>& orphans) {
  FileSystem& files = folder.files();
  DebrisFile orphan{
      .local_path = path.text(), .actor_id = std::string(path.actor_id()), .size_bytes = 0};
  const auto place = files.Open(folder.fd(), std::string(kImagesFolder) + "/" + orphan.actor_id,
                                O_PATH | O_DIRECTORY);
  if (!place) return;  // gone meanwhile
  const auto status = files.StatName(place->get(), std::string(path.file_name()));
  if (!status || S_ISDIR(status->st_mode)) return;
  orphan.size_bytes = static_cast<std::uint64_t>(status->st_size);
  orphans.push_back(std::move(orphan));
}

// Of the file's name.
std::size_t FileHashOf(const ImageIndex& index, EntryView entry) {
  const std::string path = entry.local_path();
  return Unproven::HashOf(index.FormOf(path) == nullptr ? path : CompressedNameOf(path));
}

// Sorted. Actor by actor, since neighbours there are neighbours in memory as well.
std::vector<std::size_t> FileHashesOf(const ImageIndex& index) {
  const Manifest& manifest = index.manifest();
  std::vector<std::size_t> hashes;
  hashes.reserve(manifest.Totals().entries);
  for (const std::string& actor_id : manifest.ActorIds()) {
    manifest.ForEachOfActor(actor_id,
                            [&](EntryView entry) { hashes.push_back(FileHashOf(index, entry)); });
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

}  // namespace

std::string ListedImages::LocalPathOf(const Name& name) const {
  return std::string(kLocalPathPrefix)
      .append(actor_ids[name.actor])
      .append("/")
      .append(texts.c_str() + name.place);
}

ErrnoResult<ListedImages> ListImages(const CacheFolder& folder) {
  auto actors = List(folder, kImagesFolder);
  if (!actors) return tl::make_unexpected(actors.error());
  ListedImages listed;
  listed.actor_ids = std::move(*actors);
  std::string path;
  for (std::size_t actor = 0; actor < listed.actor_ids.size(); ++actor) {
    const std::string& actor_id = listed.actor_ids[actor];
    const auto names = List(folder, std::string(kImagesFolder) + "/" + actor_id);
    if (!names) return tl::make_unexpected(names.error());
    path.assign(kLocalPathPrefix).append(actor_id).append("/");
    const std::size_t prefix = path.size();
    for (const std::string& name : *names) {
      path.resize(prefix);
      path += name;
      listed.names.push_back(
          {.hash = Unproven::HashOf(path), .actor = actor, .place = listed.texts.size()});
      listed.texts.append(name).push_back('\0');
    }
  }
  std::sort(listed.names.begin(), listed.names.end(),
            [](const auto& a, const auto& b) { return a.hash < b.hash; });
  return listed;
}

SweepResult Compare(const CacheFolder& folder, const ListedImages& listed,
                    const ImageIndex& index) {
  SweepResult result;
  std::vector<std::size_t> missing;  // hashes, sorted
  auto next = listed.names.begin();
  const auto skip_orphan = [&] {
    const std::string text = listed.LocalPathOf(*next++);
    // Asked by its whole name: two with the same hash must not cost one of them its file.
    if (index.PathOfFile(text)) return;
    const auto path = LocalPath::Parse(text);
    if (path && IsOurName(*path)) AddOrphan(folder, *path, result.orphans);
  };
  for (const std::size_t hash : FileHashesOf(index)) {
    while (next != listed.names.end() && next->hash < hash) skip_orphan();
    if (next != listed.names.end() && next->hash == hash) {
      ++next;
    } else {
      missing.push_back(hash);
    }
  }
  while (next != listed.names.end()) skip_orphan();
  if (missing.empty()) return result;
  index.manifest().ForEach([&](EntryView entry) {
    const std::size_t hash = FileHashOf(index, entry);
    if (std::binary_search(missing.begin(), missing.end(), hash)) {
      result.missing_keys.emplace_back(entry.s3_url());
    }
  });
  return result;
}

}  // namespace image_cache
